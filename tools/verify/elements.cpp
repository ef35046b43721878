// SPDX-License-Identifier: Apache-2.0
#include "tools/verify/elements.hpp"

#include <stdexcept>

#include "cusigmoid/cusigmoid.hpp"

elements::elements(row const &r, std::size_t n) : row_(&r), n_(n) {
  for (int a = 0; a < r.info.inputs + r.info.outputs; ++a) {
    std::size_t const parts = static_cast<std::size_t>(r.info.arrays[a].parts), bytes = n * (a < r.info.inputs ? r.in : r.out)->size;
    arrays_.emplace_back(parts * bytes);
    for (std::size_t p = 0; p < parts; ++p) operands_.push_back(arrays_.back().data() + p * bytes);
  }
}

void elements::run(place where) {
  std::vector<cusigmoid::device_buffer<unsigned char>> on_device;
  std::vector<cusigmoid_array> arrays;
  for (std::size_t a = 0; a < arrays_.size(); ++a) {
    void *data = arrays_[a].data();
    if (where == place::cuda) data = on_device.emplace_back(cusigmoid::device_buffer<unsigned char>::from(arrays_[a])).data();
    std::size_t const cols = n_ * static_cast<std::size_t>(row_->info.arrays[a].parts);
    auto const *const type = static_cast<int>(a) < row_->info.inputs ? row_->in : row_->out;
    arrays.push_back(cusigmoid_vector(static_cast<cusigmoid_dtype>(type->dtype), data, cols));
  }
  cusigmoid_place const to = where == place::cuda ? cusigmoid_on_cuda(nullptr) : cusigmoid_on_cpu(1);
  if (cusigmoid_run(row_->typed.op, &to, arrays.data(), arrays.data() + row_->info.inputs, nullptr) != CUSIGMOID_SUCCESS)
    throw std::runtime_error(cusigmoid_last_error());
  for (std::size_t a = static_cast<std::size_t>(row_->info.inputs); a < on_device.size(); ++a)
    on_device[a].copy_to(arrays_[a].data(), arrays_[a].size());
}

std::size_t elements::differences(elements const &other, std::size_t &first) const {
  std::size_t count = 0;
  for (std::size_t i = n_; i-- > 0;) {
    bool same = true;
    for (int o = 0; o < row_->outputs; ++o) same = same && result(o, i) == other.result(o, i);
    if (!same) ++count, first = i;
  }
  return count;
}
