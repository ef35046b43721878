// SPDX-License-Identifier: Apache-2.0
// The fp32 inputs whose results lie closest to the middle between two floats, of all inputs (tools/verify/hard_cases.cpp finds them).
#pragma once
#include <cstdint>
#include <string_view>

struct hard_case {
  std::string_view op;
  std::uint32_t input, result;
};
inline constexpr hard_case hard_cases[] = {
#include "tests/hard_cases.inc"
};
