// SPDX-License-Identifier: Apache-2.0
// Any bytes as an .npy file: a header, or a std::runtime_error; and what is read is what would be written again.
#include <cstddef>
#include <stdexcept>

#include "cusigmoid/cusigmoid.h"
#include "tests/fuzz/require.hpp"
#include "tools/cli/npy.hpp"

extern "C" int LLVMFuzzerTestOneInput(unsigned char const *data, std::size_t size) {
  try {
    cli::npy_header const header = cli::parse_npy_header({reinterpret_cast<char const *>(data), size});
    require(header.data_offset <= size, "the data begins in the file, or at its end");
    require(!header.shape.empty() && header.shape.size() <= cli::npy_axis_limit, "as many axes as there may be");
    int const dtype = cli::npy_dtype(header.descr, static_cast<int>(size % 7) - 1);
    std::uint64_t const bytes = cusigmoid_dtype_size(dtype);
    require(bytes != 0, "a type that the library has");
    std::uint64_t const elements = cli::npy_elements(header.shape, bytes);
    std::uint64_t product = 1;
    for (std::uint64_t const axis : header.shape) product *= axis;
    require(product == elements && elements <= INT64_MAX / bytes, "the product of the axes, without overflow");
    std::string const written = cli::format_npy_header(header.descr, header.shape);
    cli::npy_header const again = cli::parse_npy_header(written);
    require(again.descr == header.descr && again.shape == header.shape && again.data_offset == written.size(), "the same header again");
  } catch (std::runtime_error const &) {
  }
  return 0;
}
