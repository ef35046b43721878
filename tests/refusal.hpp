// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdexcept>
#include <string>

/// The sentence of what a call throws.
template <class Exception = std::invalid_argument, class Call>
std::string refusal(Call const &call) {
  try {
    call();
  } catch (Exception const &e) {
    return e.what();
  }
  return "nothing was thrown";
}
