// SPDX-License-Identifier: Apache-2.0
#include "bench/cpu_calls.hpp"

#include <cstring>
#include <stdexcept>

#include "bench/elements.hpp"

namespace bench {
namespace {

constexpr std::size_t page = 4096;

void check(cusigmoid_status status) {
  if (status != CUSIGMOID_SUCCESS) throw std::runtime_error(cusigmoid_last_error());
}

std::size_t bytes_of(cusigmoid_array const &array) { return array.rows * array.cols * cusigmoid_dtype_size(array.dtype); }

/// The pattern over and over, of two inputs from other places on. In parallel, so that pages lie near the threads that will use them.
void fill(cusigmoid_array const &array, std::vector<unsigned char> const &pattern, std::size_t input) {
  std::size_t const size = bytes_of(array), half = pattern.size() / 2;
#pragma omp parallel for schedule(static)
  for (std::size_t begin = 0; begin < size; begin += half)
    std::memcpy(static_cast<unsigned char *>(array.data) + begin, pattern.data() + half / 8 * (input % 8), std::min(half, size - begin));
}

}  // namespace

workload::workload(int op, int dtype, std::size_t bytes, std::size_t offset) : op_(op) {
  check(cusigmoid_get_op_info(op, &info_));
  std::size_t const size = cusigmoid_dtype_size(dtype);
  std::size_t a_element = 0;  // bytes
  for (int a = 0; a < info_.inputs + info_.outputs; ++a)
    if (!info_.arrays[a].optional && info_.arrays[a].role == CUSIGMOID_ELEMENTWISE) a_element += size;
  elements_ = std::max<std::size_t>(bytes / a_element, 1);
  bytes_ = elements_ * a_element;

  for (int a = 0; a < info_.inputs + info_.outputs; ++a) {
    bool const is_sum = info_.arrays[a].role == CUSIGMOID_SUM_ALL;
    std::size_t const n = info_.arrays[a].optional ? 0 : is_sum ? 1 : elements_;
    arrays_.push_back({sizeof(cusigmoid_array), nullptr, is_sum && size < 8 ? CUSIGMOID_FLOAT32 : dtype, n != 0, n, n});
  }
  std::size_t end = 0;
  std::vector<std::size_t> begins;
  for (cusigmoid_array const &array : arrays_) {
    begins.push_back((end + page - 1) / page * page + begins.size() * offset);
    end = begins.back() + bytes_of(array);
  }
  memory_.reset(std::aligned_alloc(page, (end + page) / page * page));
  if (!memory_) throw std::bad_alloc();
  for (std::size_t a = 0; a < arrays_.size(); ++a) {
    if (bytes_of(arrays_[a]) == 0) continue;
    arrays_[a].data = static_cast<unsigned char *>(memory_.get()) + begins[a];
    fill(arrays_[a], elements_of(arrays_[a].dtype, range_of(info_.arrays[a].name)), a);
  }
}

call ours(workload const &work, int threads) {
  return [place = cusigmoid_on_cpu(threads), op = work.op(), arrays = work.arrays(), inputs = work.inputs()] {
    check(cusigmoid_run(op, &place, arrays.data(), arrays.data() + inputs, nullptr));
  };
}

call copy(workload const &work, int threads) {
  auto const by_memcpy = [](unsigned char const *from, unsigned char *to, std::size_t n) { std::memcpy(to, from, n); };
  return in_parts<unsigned char>(by_memcpy, static_cast<unsigned char const *>(work.x()), static_cast<unsigned char *>(work.y()),
                                 work.bytes() / 2, threads);
}

}  // namespace bench
