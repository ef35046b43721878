// SPDX-License-Identifier: Apache-2.0
#include "bench/operation.hpp"

namespace bench {
namespace {

/// An array of an op over rows × cols elements, without data.
cusigmoid_array shape_of(cusigmoid_array_info const &info, int dtype, std::size_t rows, std::size_t cols) {
  std::size_t const width = static_cast<std::size_t>(info.parts) * cols;
  if (info.optional) return {sizeof(cusigmoid_array), nullptr, dtype, 0, 0, 0};
  switch (info.role) {
    case CUSIGMOID_ELEMENTWISE:
    case CUSIGMOID_PACKED:
    case CUSIGMOID_INTERLEAVED: return {sizeof(cusigmoid_array), nullptr, dtype, rows, width, width};
    case CUSIGMOID_ROW:
    case CUSIGMOID_SUM_ROWS: return {sizeof(cusigmoid_array), nullptr, dtype, 1, width, width};
    case CUSIGMOID_SCALAR:
    case CUSIGMOID_SUM_ALL:
    case CUSIGMOID_LARGEST: return {sizeof(cusigmoid_array), nullptr, dtype, 1, 1, 1};
    default: throw std::runtime_error(std::string("gpu_bench does not know the role of ") + info.name);
  }
}

std::vector<cusigmoid_array> shapes_of(cusigmoid_op_info const &info, int const *dtypes, std::size_t rows, std::size_t cols) {
  std::vector<cusigmoid_array> shapes;
  for (int a = 0; a < info.inputs + info.outputs; ++a) shapes.push_back(shape_of(info.arrays[a], dtypes[a], rows, cols));
  return shapes;
}

std::size_t bytes_of(cusigmoid_array const &array) { return array.rows * array.cols * cusigmoid_dtype_size(array.dtype); }

std::size_t bytes_of(std::vector<cusigmoid_array> const &arrays) {
  std::size_t sum = 0;
  for (cusigmoid_array const &array : arrays) sum += bytes_of(array);
  return sum;
}

}  // namespace

operation::operation(int op, cusigmoid_op_info const &info, int const *dtypes, std::size_t bytes, cudaStream_t stream)
    : op_(op), inputs_(info.inputs), place_(cusigmoid_on_cuda(stream)) {
  std::size_t const one_more = bytes_of(shapes_of(info, dtypes, 2, 1)) - bytes_of(shapes_of(info, dtypes, 1, 1));
  std::size_t const n = std::max<std::size_t>(bytes / one_more, 1), rows = std::max<std::size_t>(n / 4096, 1);
  std::size_t const cols = n / rows < 64 ? n / rows : n / rows / 64 * 64;  // so that rows are aligned
  arrays_ = shapes_of(info, dtypes, rows, cols);
  for (std::size_t a = 0; a < arrays_.size(); ++a) {
    memory &all = data_.emplace_back(bytes_of(arrays_[a]), turns(this->bytes()), stream).all();
    if (all.size() == 0) continue;
    if (a < static_cast<std::size_t>(info.inputs))
      fill(all, dtypes[a], range_of(info.arrays[a].name), a);
    else if (info.arrays[a].role == CUSIGMOID_LARGEST)  // what it holds before counts, too
      check(cudaMemsetAsync(all.data(), 0, all.size(), stream));
  }
  check(cusigmoid_workspace_size(op, &place_, rows, cols, &params_.workspace_bytes));
  workspace_ = memory(params_.workspace_bytes, stream);
  params_.workspace = workspace_.data();
}

std::size_t operation::bytes() const { return bytes_of(arrays_); }

std::vector<std::string> operation::dtypes() const {
  std::vector<std::string> names;
  for (cusigmoid_array const &array : arrays_) names.push_back(cusigmoid_dtype_name(array.dtype));
  return names;
}

void operation::operator()(std::size_t i) {
  for (std::size_t a = 0; a < arrays_.size(); ++a) arrays_[a].data = data_[a].of_call(i);
  check(cusigmoid_run(op_, &place_, arrays_.data(), arrays_.data() + inputs_, &params_));
}

}  // namespace bench
