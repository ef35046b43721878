/* SPDX-License-Identifier: Apache-2.0
 * The formula as it is usually written, with the C library's exponential. peers.py compiles and measures it. */
#include <math.h>
#include <stddef.h>

void sigmoid_float(const float *x, float *y, size_t n) {
  for (size_t i = 0; i < n; ++i) y[i] = 1 / (1 + expf(-x[i]));
}

void sigmoid_double(const double *x, double *y, size_t n) {
  for (size_t i = 0; i < n; ++i) y[i] = 1 / (1 + exp(-x[i]));
}
