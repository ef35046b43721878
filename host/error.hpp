// SPDX-License-Identifier: Apache-2.0
// The last error of a thread.
#pragma once
#include "cusigmoid/cusigmoid.h"

namespace cusigmoid::engine {

/// Keeps the sentence for cusigmoid_last_error and returns the status.
[[gnu::format(printf, 2, 3)]] cusigmoid_status fail(cusigmoid_status status, char const *sentence, ...);

/// Whether a cudaError_t says that there is no device, or no driver for one.
bool is_no_device(int error);

/// The status of a cudaError_t; `what` was being done.
cusigmoid_status from_cuda(int error, char const *what);

char const *last_error();
int last_cuda_error();

}  // namespace cusigmoid::engine
