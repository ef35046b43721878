/* SPDX-License-Identifier: Apache-2.0
 *
 * The C interface: forward on float, as consumer.cpp prints it.
 */
#include <cusigmoid/cusigmoid.h>

#include "bits.h"

static float x[count], y[count];

int main(void) {
  make_inputs(x, sizeof(float), 0, 23, 127);
  if (cusigmoid_forward(cusigmoid_on_cpu(0), CUSIGMOID_FLOAT32, x, y, count) != CUSIGMOID_SUCCESS) {
    fprintf(stderr, "%s\n", cusigmoid_last_error());
    return 1;
  }
  print_bits("forward", "float32", y, sizeof(float));
  return 0;
}
