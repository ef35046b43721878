// SPDX-License-Identifier: Apache-2.0
#include "tools/verify/gpu.hpp"

#include <thrust/execution_policy.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/tabulate.h>
#include <thrust/transform_reduce.h>

#include <algorithm>
#include <stdexcept>

#include "cusigmoid/cusigmoid.hpp"

namespace {

struct add_digests {
  __host__ __device__ digest operator()(digest a, digest b) const {
    a.add(b);
    return a;
  }
};

/// The bits of one input in the combinations from `first` on.
template <class Bits>
struct input_bits {
  std::uint64_t first;
  int shift;
  __host__ __device__ Bits operator()(std::uint64_t i) const { return static_cast<Bits>((first + i) >> shift); }
};

template <class In, class Out>
struct digest_of_result {
  Out const *results;
  In const *last_input;
  unsigned char const *promised;
  std::uint64_t first;
  __host__ __device__ digest operator()(std::uint64_t i) const {
    digest d;
    if (!promised || promised[last_input[i]]) d.add(first + i, results[i]);
    return d;
  }
};

template <class In, class Out>
digest digest_of(row const &r, std::vector<unsigned char> const &promised_on_host) {
  std::uint64_t const all = r.combinations();
  std::size_t const n = std::min<std::uint64_t>(all, std::uint64_t{1} << 26);
  auto const promised = cusigmoid::device_buffer<unsigned char>::from(promised_on_host);
  std::vector<cusigmoid::device_buffer<In>> inputs;
  std::vector<cusigmoid_array> arrays;
  for (int k = 0; k < r.inputs; ++k)
    arrays.push_back(cusigmoid_vector(static_cast<cusigmoid_dtype>(r.in->dtype), inputs.emplace_back(n).data(), n));
  cusigmoid::device_buffer<Out> results(n);
  arrays.push_back(cusigmoid_vector(static_cast<cusigmoid_dtype>(r.out->dtype), results.data(), n));
  cusigmoid_place const place = cusigmoid::cuda{};
  digest total;
  for (std::uint64_t first = 0; first < all; first += n) {
    for (int k = 0; k < r.inputs; ++k) {
      In *const data = inputs[static_cast<std::size_t>(k)].data();
      thrust::tabulate(thrust::device, data, data + n, input_bits<In>{first, (r.inputs - 1 - k) * r.in->bits()});
    }
    if (cusigmoid_run(r.typed.op, &place, arrays.data(), arrays.data() + r.inputs, nullptr) != CUSIGMOID_SUCCESS)
      throw std::runtime_error(cusigmoid_last_error());
    digest_of_result<In, Out> const each = {results.data(), inputs.back().data(), promised.data(), first};
    thrust::counting_iterator<std::uint64_t> const indices(0);
    total.add(thrust::transform_reduce(thrust::device, indices, indices + static_cast<std::ptrdiff_t>(n), each, digest{}, add_digests{}));
  }
  return total;
}

template <class In>
digest digest_of_results(row const &r, std::vector<unsigned char> const &promised) {
  switch (r.out->size) {
    case 1: return digest_of<In, std::uint8_t>(r, promised);
    case 2: return digest_of<In, std::uint16_t>(r, promised);
    default: return digest_of<In, std::uint32_t>(r, promised);
  }
}

}  // namespace

digest digest_on_gpu(row const &r, std::vector<unsigned char> const &promised) {
  switch (r.in->size) {
    case 1: return digest_of_results<std::uint8_t>(r, promised);
    case 2: return digest_of_results<std::uint16_t>(r, promised);
    case 4: return digest_of_results<std::uint32_t>(r, promised);
    default: throw std::invalid_argument("digest_on_gpu: not every combination of inputs can be tried");
  }
}
