// SPDX-License-Identifier: Apache-2.0
#include "tools/verify/gpu.hpp"

#include <thrust/execution_policy.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/sequence.h>
#include <thrust/transform_reduce.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "cusigmoid/cusigmoid.hpp"

namespace {

struct add_digests {
  __host__ __device__ digest operator()(digest a, digest b) const {
    a.add(b);
    return a;
  }
};

template <class Bits>
struct digest_of_result {
  Bits const *results;
  std::uint64_t first;
  __host__ __device__ digest operator()(std::uint64_t i) const {
    digest d;
    d.add(first + i, results[i]);
    return d;
  }
};

template <class Bits>
digest digest_of(int op, int dtype, std::uint64_t inputs) {
  std::size_t const n = std::min<std::uint64_t>(inputs, std::uint64_t{1} << 26);
  cusigmoid::device_buffer<Bits> x(n), y(n);
  digest total;
  for (std::uint64_t first = 0; first < inputs; first += n) {
    thrust::sequence(thrust::device, x.data(), x.data() + n, static_cast<Bits>(first));
    cusigmoid_array const in = cusigmoid_vector(static_cast<cusigmoid_dtype>(dtype), x.data(), n);
    cusigmoid_array const out = cusigmoid_vector(static_cast<cusigmoid_dtype>(dtype), y.data(), n);
    cusigmoid_place const place = cusigmoid::cuda{};
    if (cusigmoid_run(op, &place, &in, &out, nullptr) != CUSIGMOID_SUCCESS) throw std::runtime_error(cusigmoid_last_error());
    thrust::counting_iterator<std::uint64_t> const indices(0);
    total.add(thrust::transform_reduce(thrust::device, indices, indices + static_cast<std::ptrdiff_t>(n),
                                       digest_of_result<Bits>{y.data(), first}, digest{}, add_digests{}));
  }
  return total;
}

}  // namespace

digest digest_on_gpu(int op, int dtype, std::uint64_t inputs) {
  switch (cusigmoid_dtype_size(dtype)) {
    case 1: return digest_of<std::uint8_t>(op, dtype, inputs);
    case 2: return digest_of<std::uint16_t>(op, dtype, inputs);
    case 4: return digest_of<std::uint32_t>(op, dtype, inputs);
    default: throw std::invalid_argument("digest_on_gpu: dtype " + std::to_string(dtype) + " has no inputs of 32 bits or fewer");
  }
}
