// SPDX-License-Identifier: Apache-2.0
#include "tests/problem.hpp"

#include <algorithm>
#include <random>
#include <sstream>
#include <stdexcept>

#include "cusigmoid/cusigmoid.hpp"
#include "tests/op_table.hpp"

namespace {
constexpr std::size_t guard_bytes = 128;
constexpr unsigned char poison = 0xff;  // NaN in every type
}  // namespace

tensor::tensor(int dtype, std::size_t rows, std::size_t cols, std::size_t leading_dimension, std::size_t offset)
    : type_(&traits(dtype)), rows_(rows), cols_(cols), leading_dimension_(leading_dimension) {
  std::size_t const bytes = rows ? ((rows - 1) * leading_dimension + cols) * type_->size : 0;
  first_byte_ = guard_bytes + offset * type_->size;
  memory_.assign(first_byte_ + bytes + guard_bytes, poison);
}

std::uint64_t tensor::bits(std::size_t row, std::size_t col) const {
  std::uint64_t b = 0;
  std::memcpy(&b, &memory_[at(row, col)], type_->size);
  return b;
}

void tensor::set_bits(std::size_t row, std::size_t col, std::uint64_t bits) { std::memcpy(&memory_[at(row, col)], &bits, type_->size); }

cusigmoid_array tensor::describe(void *base) const {
  return {sizeof(cusigmoid_array), static_cast<char *>(base) + first_byte_, type_->dtype, rows_, cols_, leading_dimension_};
}

bool tensor::guards_intact() const {
  auto const intact = [this](std::size_t from, std::size_t to) {
    return std::all_of(memory_.begin() + from, memory_.begin() + to, [](unsigned char byte) { return byte == poison; });
  };
  std::size_t from = 0;
  for (std::size_t r = 0; r < rows_; ++r) {
    if (!intact(from, at(r, 0))) return false;
    from = at(r, cols_);
  }
  return intact(from, memory_.size());
}

std::string layout::name() const {
  std::ostringstream s;
  s << rows << " x " << cols << ", leading dimension + " << extra << ", offsets";
  for (auto o : offsets) s << " " << o;
  if (in_place >= 0) s << ", in place of input " << in_place;
  if (without_optional) s << ", without what is optional";
  return s.str();
}

problem::problem(int op_, int dtypes, layout const &where_) : op(op_), where(where_) {
  if (cusigmoid_get_op_info(op, &info) != CUSIGMOID_SUCCESS) throw std::out_of_range(cusigmoid_last_error());
  for (int i = 0; i < count(); ++i) {
    int const role = info.arrays[i].role;
    bool const one = role == CUSIGMOID_SUM_ALL || role == CUSIGMOID_SCALAR || role == CUSIGMOID_LARGEST;
    bool const one_row = one || role == CUSIGMOID_ROW || role == CUSIGMOID_SUM_ROWS;
    std::size_t rows = one_row ? 1 : where.rows, cols = one ? 1 : where.cols * static_cast<std::size_t>(info.arrays[i].parts);
    std::size_t const offset = static_cast<std::size_t>(i) < where.offsets.size() ? where.offsets[static_cast<std::size_t>(i)] : 0;
    if (is_absent(i)) rows = cols = 0;
    arrays.emplace_back(info.dtypes[dtypes * count() + i], rows, cols, cols + where.extra, offset);
    if (role == CUSIGMOID_LARGEST) arrays.back().set(0, 0, 0);
  }
}

bool problem::has_elements(int array) const {
  int const role = info.arrays[array].role;
  return role == CUSIGMOID_ELEMENTWISE || role == CUSIGMOID_PACKED || role == CUSIGMOID_INTERLEAVED;
}

int problem::operands(bool outputs) const {
  int n = 0;
  for (int i = outputs ? info.inputs : 0; i < (outputs ? count() : info.inputs); ++i) n += info.arrays[i].parts;
  return n;
}

problem::place_of_operand problem::find(bool outputs, int operand, std::size_t row, std::size_t col) const {
  int i = outputs ? info.inputs : 0;
  while (operand >= info.arrays[i].parts) operand -= info.arrays[i++].parts;
  int const role = info.arrays[i].role, array = outputs ? home(i) : i;
  auto const part = static_cast<std::size_t>(operand), parts = static_cast<std::size_t>(info.arrays[i].parts);
  switch (role) {
    case CUSIGMOID_INTERLEAVED: return {array, row, col * parts + part};
    case CUSIGMOID_ROW:
    case CUSIGMOID_SUM_ROWS: return {array, 0, part * where.cols + col};
    case CUSIGMOID_SCALAR:
    case CUSIGMOID_SUM_ALL:
    case CUSIGMOID_LARGEST: return {array, 0, 0};
    default: return {array, row, part * where.cols + col};
  }
}

double problem::get(bool outputs, int operand, std::size_t row, std::size_t col) const {
  place_of_operand const p = find(outputs, operand, row, col);
  if (is_absent(p.array)) return op_row(info.name).if_absent[static_cast<std::size_t>(operand)];
  return decode(type(outputs, operand), bits(outputs, operand, row, col));
}

std::uint64_t problem::bits(bool outputs, int operand, std::size_t row, std::size_t col) const {
  place_of_operand const p = find(outputs, operand, row, col);
  return arrays[static_cast<std::size_t>(p.array)].bits(p.row, p.col);
}

bool problem::has_own(bool outputs, int operand, std::size_t row, std::size_t col) const {
  int const array = find(outputs, operand, row, col).array, role = info.arrays[array].role;
  if (is_absent(array)) return false;
  if (role == CUSIGMOID_SCALAR) return row == 0 && col == 0;
  return role != CUSIGMOID_ROW || row == 0;
}

void problem::set_input(int operand, std::size_t row, std::size_t col, double v) {
  place_of_operand const p = find(false, operand, row, col);
  tensor &array = arrays[static_cast<std::size_t>(p.array)];
  auto const &t = array.type();
  if (std::isinf(v) && t.infinities)  // which encode() would not give for a type whose results saturate
    array.set_bits(p.row, p.col, t.infinity() | std::uint64_t{v < 0} << (t.bits() - 1));
  else
    array.set(p.row, p.col, v);
}

dtype_traits const &problem::type(bool outputs, int operand) const {
  return arrays[static_cast<std::size_t>(find(outputs, operand, 0, 0).array)].type();
}

void fill_random(problem &p, std::uint64_t seed, bool with_special_values) {
  std::mt19937_64 random(seed);
  auto const &row = op_row(p.info.name);
  int const operands = p.operands(false);
  for (std::size_t r = 0; r < p.where.rows; ++r)
    for (std::size_t c = 0; c < p.where.cols; ++c)
      for (int i = 0; i < operands; ++i)
        if (p.has_own(false, i, r, c)) p.set_input(i, r, c, row.inputs[static_cast<std::size_t>(i)](random, with_special_values));
}

void fill_any_bits(problem &p, std::uint64_t seed) {
  random_bits random(seed);
  bool const loss = std::string(p.info.name).find("bce") == 0;
  auto const allowed = [&](int operand, double v) {
    bool const in_fraction = v >= 0 && v <= 1;
    if (operand == 1 && (loss || p.op == CUSIGMOID_BACKWARD)) return in_fraction;
    if (operand == 1 && p.op == CUSIGMOID_BACKWARD_FROM_SIGNED) return std::fabs(v) <= 0.5;
    if ((operand == 2 || operand == 3) && loss) return v >= 0 && std::isfinite(v);
    return std::isfinite(v);
  };
  for (int i = 0; i < p.operands(false); ++i)
    for (std::size_t r = 0; r < p.where.rows; ++r)
      for (std::size_t c = 0; c < p.where.cols; ++c) {
        if (!p.has_own(false, i, r, c)) continue;
        auto const &t = p.type(false, i);
        double v;
        do v = decode(t, random() >> (64 - t.bits()));
        while (!allowed(i, v));
        p.set_input(i, r, c, v);
      }
}

bool fill_cancelling(problem &p, std::uint64_t seed) {
  random_bits random(seed);
  auto const nearly = [&](double v) { return v * (1 + std::ldexp(inputs::uniform(random, -1, 1), -static_cast<int>(random() % 60))); };
  auto const logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  bool const bias = p.op == CUSIGMOID_BIAS_FORWARD || p.op == CUSIGMOID_BIAS_BACKWARD,
             loss = p.op == CUSIGMOID_BCE_WITH_LOGITS_BACKWARD || p.op == CUSIGMOID_BCE_WITH_LOGITS_FORWARD_BACKWARD,
             cell = p.op == CUSIGMOID_LSTM_CELL || p.op == CUSIGMOID_LSTM_CELL_BACKWARD;
  if (!bias && !loss && !cell) return false;
  fill_random(p, seed, false);
  for (std::size_t r = 0; r < p.where.rows; ++r)
    for (std::size_t c = 0; c < p.where.cols; ++c) {
      if (bias) {  // x next to −bias
        int const x = p.op == CUSIGMOID_BIAS_BACKWARD ? 1 : 0;
        p.set_input(x, r, c, -nearly(p.get(false, x + 1, r, c)));
      } else if (loss) {  // the target next to σ(x)
        p.set_input(1, r, c, std::min(1.0, nearly(logistic(p.get(false, 0, r, c)))));
      } else {  // f·c_prev next to −i·g
        for (int gate = 0; gate < 4; ++gate) p.set_input(gate, r, c, inputs::uniform(random, -4, 4));
        auto const sum = [&](int gate) { return p.get(false, gate, r, c) + p.get(false, gate + 4, r, c); };
        p.set_input(8, r, c, -nearly(logistic(sum(0)) * std::tanh(sum(2)) / logistic(sum(1))));
      }
    }
  return true;
}

namespace {
/// The operands of a call whose arrays' memory is at `bases`.
std::vector<cusigmoid_array> describe(problem const &p, std::vector<void *> const &bases) {
  std::vector<cusigmoid_array> arrays;
  for (int i = 0; i < p.count(); ++i) {
    auto const home = static_cast<std::size_t>(p.home(i));
    arrays.push_back(p.arrays[home].describe(bases[home]));
    if (p.is_absent(i)) arrays.back().data = nullptr;
  }
  return arrays;
}
}  // namespace

std::vector<cusigmoid_array> operands_of(problem &p) {
  std::vector<void *> bases;
  for (auto &array : p.arrays) bases.push_back(array.memory().data());
  return describe(p, bases);
}

cusigmoid_status run_on_host(problem &p, cusigmoid_place const &place) {
  auto const arrays = operands_of(p);
  return cusigmoid_run(p.op, &place, arrays.data(), arrays.data() + p.info.inputs, &p.params);
}

cusigmoid_status run_on_cuda(problem &p, void *stream, std::function<void(std::function<void()> const &)> const &around) {
  using cusigmoid::device_buffer;
  auto *const on = static_cast<device_buffer<unsigned char>::stream_type>(stream);
  std::vector<device_buffer<unsigned char>> memory;
  std::vector<void *> bases;
  for (auto &array : p.arrays) {
    // device memory is aligned to 256 bytes: place the array as it is placed on the host
    std::size_t const shift = reinterpret_cast<std::uintptr_t>(array.memory().data()) % 64;
    std::vector<unsigned char> bytes(shift, poison);
    bytes.insert(bytes.end(), array.memory().begin(), array.memory().end());
    bases.push_back(memory.emplace_back(device_buffer<unsigned char>::from(bytes, on)).data() + shift);
  }
  cusigmoid_place const place = cusigmoid_on_cuda(stream);
  cusigmoid_params params = p.params;
  auto status = cusigmoid_workspace_size(p.op, &place, p.where.rows, p.where.cols, &params.workspace_bytes);
  if (status != CUSIGMOID_SUCCESS) return status;
  device_buffer<unsigned char> workspace(params.workspace_bytes, on);
  params.workspace = workspace.data();
  auto const arrays = describe(p, bases);
  around([&] { status = cusigmoid_run(p.op, &place, arrays.data(), arrays.data() + p.info.inputs, &params); });
  if (status != CUSIGMOID_SUCCESS) return status;
  for (std::size_t i = 0; i < memory.size(); ++i) {
    auto const bytes = memory[i].to_vector();
    auto &host = p.arrays[i].memory();
    std::copy(bytes.end() - static_cast<std::ptrdiff_t>(host.size()), bytes.end(), host.begin());
  }
  return CUSIGMOID_SUCCESS;
}

namespace {
/// forward_float32, forward_bfloat16_and_float32
std::string name_of(cusigmoid_op_info const &info, int tuple) {
  int const n = info.inputs + info.outputs, *const dtypes = info.dtypes + tuple * n;
  std::string name = std::string(info.name).append("_").append(cusigmoid_dtype_name(dtypes[0]));
  if (info.arrays[info.inputs].role == CUSIGMOID_SUM_ALL || info.arrays[n - 1].role == CUSIGMOID_SUM_ALL) return name;  // a loss
  for (int i = 0; i < n; ++i)
    if (dtypes[i] != dtypes[0] && info.arrays[i].role == CUSIGMOID_ELEMENTWISE)
      return name.append("_and_").append(cusigmoid_dtype_name(dtypes[i]));
  return name;
}
}  // namespace

std::vector<typed_op> all_typed_ops() {
  std::vector<typed_op> all;
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  for (int op = 0; cusigmoid_get_op_info(op, &info) == CUSIGMOID_SUCCESS; ++op)
    for (int t = 0; t < info.dtype_tuples; ++t) all.push_back({op, t, name_of(info, t)});
  return all;
}

std::vector<typed_op> typed_ops_where(std::function<bool(problem const &)> const &wanted) {
  std::vector<typed_op> all = all_typed_ops();
  std::erase_if(all, [&](typed_op const &o) { return !wanted(problem(o.op, o.dtypes, {1, 1, 0, {}, -1})); });
  return all;
}

bool has_few_inputs(problem const &p) { return p.operands(false) == 1 && p.type(false, 0).size <= 2; }

problem with_every_input(typed_op const &op) {
  std::size_t const size = problem(op.op, op.dtypes, {1, 1, 0, {}, -1}).type(false, 0).size, count = std::size_t{1} << (8 * size);
  problem p(op.op, op.dtypes, {1, count, 0, {}, -1});
  for (std::size_t i = 0; i < count; ++i) p.arrays[0].set_bits(0, i, i);
  return p;
}

std::vector<layout> interesting_layouts(typed_op const &op) {
  std::vector<layout> all;
  problem const probe(op.op, op.dtypes, {1, 1, 0, {}, -1});
  std::size_t smallest = 8;
  for (auto const &array : probe.arrays) smallest = std::min(smallest, array.type().size);
  std::size_t const size = smallest, width = 16 / size, block = 512 * width;
  // sizes
  for (std::size_t n : {std::size_t{0}, std::size_t{1}, width - 1, width, width + 1, 2 * width + 1, std::size_t{255}, std::size_t{1025},
                        block - 1, block, block + 1, 2 * block + width + 3})
    all.push_back({1, n, 0, {}, -1});
  if (probe.is_sum())
    for (std::size_t n : {4095u, 4096u, 4097u, 4096u * 3 + 5}) all.push_back({1, n, 0, {}, -1});
  // every offset within 64 bytes, of each array alone and of all together
  auto const arrays = static_cast<std::size_t>(probe.count());
  for (std::size_t offset = 1; offset < 64 / size; ++offset) {
    for (std::size_t i = 0; i < arrays; ++i) {
      std::vector<std::size_t> one(arrays, 0);
      one[i] = offset;
      all.push_back({1, 4 * width + 3, 0, one, -1});
    }
    all.push_back({1, 4 * width + 3, 0, std::vector<std::size_t>(arrays, offset), -1});
  }
  all.push_back({1, 2 * block + 3, 0, std::vector<std::size_t>(arrays, 1), -1});  // a whole block between two that are not
  // rows, with and without a gap, aligned and not
  for (std::size_t cols : {std::size_t{1}, width - 1, width, 2 * width + 1, 3 * width})
    for (std::size_t extra : {std::size_t{0}, std::size_t{1}, width}) all.push_back({5, cols, extra, {}, -1});
  all.push_back({3, 4 * width, width, std::vector<std::size_t>(arrays, 1), -1});
  all.push_back({70, 33, 2, {}, -1});
  // in place of each input of the output's role
  for (int i = 0; i < probe.info.inputs; ++i) {
    auto const &input = probe.info.arrays[i], &output = probe.info.arrays[probe.info.inputs];
    if (input.role != output.role || input.parts != output.parts ||
        probe.arrays[static_cast<std::size_t>(i)].type().size != probe.type(true, 0).size)
      continue;
    all.push_back({1, block + 3, 0, {}, i});
    all.push_back({1, 4 * width + 3, 0, std::vector<std::size_t>(arrays, 1), i});
    all.push_back({5, 2 * width + 1, 3, {}, i});
  }
  bool has_optional = false;
  for (int i = 0; i < probe.info.inputs; ++i) has_optional = has_optional || probe.info.arrays[i].optional;
  if (has_optional)
    for (std::size_t rows : {1u, 5u}) all.push_back({rows, 2 * block + 5, 0, {}, -1, true});
  return all;
}
