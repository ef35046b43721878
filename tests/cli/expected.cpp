// SPDX-License-Identifier: Apache-2.0
// What an operation gives on whole arrays in memory, for the tests to compare with what `cusigmoid apply` makes of files.
//   expected OP ROWS COLS ALPHA LIMIT OFFSET DTYPE=FILE...    the inputs, '-' for one left out, then the outputs, which are written;
//   FILE has the elements and nothing else, DTYPE is a number
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cusigmoid/cusigmoid.h"

int main(int argc, char **argv) {
  constexpr int first_array = 7;
  cusigmoid_op_info info = CUSIGMOID_OP_INFO_INIT;
  int op = 0;
  while (cusigmoid_get_op_info(op, &info) == CUSIGMOID_SUCCESS && std::strcmp(info.name, argv[1]) != 0) ++op;
  if (argc != first_array + info.inputs + info.outputs) return 2;
  std::size_t const rows = std::strtoull(argv[2], nullptr, 10), cols = std::strtoull(argv[3], nullptr, 10);
  cusigmoid_params params = CUSIGMOID_PARAMS_INIT;
  params.alpha = std::atof(argv[4]);
  params.limit = std::atof(argv[5]);
  params.offset = std::atof(argv[6]);

  std::vector<std::vector<char>> memory;
  std::vector<std::string> files;
  std::vector<cusigmoid_array> arrays;
  for (int i = 0; i < info.inputs + info.outputs; ++i) {
    std::string const argument = argv[first_array + i];
    arrays.push_back(CUSIGMOID_ARRAY_INIT);
    files.push_back(argument.substr(argument.find('=') + 1));
    memory.emplace_back();
    if (argument == "-") continue;
    cusigmoid_array_info const &a = info.arrays[i];
    std::size_t const array_rows = a.role == CUSIGMOID_ROW || a.role == CUSIGMOID_SCALAR ? 1 : rows;
    std::size_t const array_cols = a.role == CUSIGMOID_SCALAR ? 1 : cols * static_cast<std::size_t>(a.parts);
    auto const dtype = static_cast<cusigmoid_dtype>(std::atoi(argument.c_str()));
    memory.back().resize(array_rows * array_cols * cusigmoid_dtype_size(dtype));
    if (i < info.inputs && !std::ifstream(files.back()).read(memory.back().data(), static_cast<std::streamsize>(memory.back().size())))
      return 3;
    arrays.back() = cusigmoid_matrix(dtype, memory.back().data(), array_rows, array_cols, array_cols);
  }
  cusigmoid_place const place = cusigmoid_on_cpu(0);
  if (cusigmoid_run(op, &place, arrays.data(), arrays.data() + info.inputs, &params) != CUSIGMOID_SUCCESS) {
    std::fprintf(stderr, "%s\n", cusigmoid_last_error());
    return 1;
  }
  for (std::size_t i = static_cast<std::size_t>(info.inputs); i < arrays.size(); ++i)
    if (!std::ofstream(files[i]).write(memory[i].data(), static_cast<std::streamsize>(memory[i].size()))) return 4;
  return 0;
}
