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

template <class Bits>
struct digest_of_result {
  Bits const *results, *last_input;
  unsigned char const *promised;
  std::uint64_t first;
  __host__ __device__ digest operator()(std::uint64_t i) const {
    digest d;
    if (!promised || promised[last_input[i]]) d.add(first + i, results[i]);
    return d;
  }
};

template <class Bits>
digest digest_of(row const &r, std::vector<unsigned char> const &promised_on_host) {
  std::uint64_t const all = r.combinations();
  std::size_t const n = std::min<std::uint64_t>(all, std::uint64_t{1} << 26);
  auto const promised = cusigmoid::device_buffer<unsigned char>::from(promised_on_host);
  std::vector<cusigmoid::device_buffer<Bits>> operands;
  std::vector<cusigmoid_array> arrays;
  for (int k = 0; k < r.inputs + r.outputs; ++k)
    arrays.push_back(cusigmoid_vector(static_cast<cusigmoid_dtype>(r.type->dtype), operands.emplace_back(n).data(), n));
  auto const &last_input = operands[static_cast<std::size_t>(r.inputs) - 1];
  cusigmoid_place const place = cusigmoid::cuda{};
  digest total;
  for (std::uint64_t first = 0; first < all; first += n) {
    for (int k = 0; k < r.inputs; ++k) {
      Bits *const data = operands[static_cast<std::size_t>(k)].data();
      thrust::tabulate(thrust::device, data, data + n, input_bits<Bits>{first, (r.inputs - 1 - k) * r.type->bits()});
    }
    if (cusigmoid_run(r.op, &place, arrays.data(), arrays.data() + r.inputs, nullptr) != CUSIGMOID_SUCCESS)
      throw std::runtime_error(cusigmoid_last_error());
    digest_of_result<Bits> const each = {operands.back().data(), last_input.data(), promised.data(), first};
    thrust::counting_iterator<std::uint64_t> const indices(0);
    total.add(thrust::transform_reduce(thrust::device, indices, indices + static_cast<std::ptrdiff_t>(n), each, digest{}, add_digests{}));
  }
  return total;
}

}  // namespace

digest digest_on_gpu(row const &r, std::vector<unsigned char> const &promised) {
  switch (r.type->size) {
    case 1: return digest_of<std::uint8_t>(r, promised);
    case 2: return digest_of<std::uint16_t>(r, promised);
    case 4: return digest_of<std::uint32_t>(r, promised);
    default: throw std::invalid_argument("digest_on_gpu: not every combination of inputs can be tried");
  }
}
