// SPDX-License-Identifier: Apache-2.0
// Tests that need a GPU say so: without one they are skipped and counted, under CUSIGMOID_REQUIRE_GPU=1 they fail.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>

#include "cusigmoid/cusigmoid.h"

inline bool have_gpu() {
  int devices = 0;
  return cusigmoid_device_count(&devices) == CUSIGMOID_SUCCESS && devices > 0;
}

inline bool gpu_is_required() {
  char const *const required = std::getenv("CUSIGMOID_REQUIRE_GPU");
  return required && *required && *required != '0';
}

#define CUSIGMOID_NEEDS_GPU()                                                    \
  do {                                                                           \
    if (have_gpu()) break;                                                       \
    if (gpu_is_required()) FAIL() << "no GPU, but CUSIGMOID_REQUIRE_GPU is set"; \
    GTEST_SKIP() << "no GPU";                                                    \
  } while (false)
