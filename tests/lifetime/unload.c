/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads the library, uses it and lets go of it, many times, as plugins do.   usage: unload LIBRARY
 */
#include <dlfcn.h>
#include <stdio.h>

#include "cusigmoid/cusigmoid.h"

enum { times = 50, n = 100000 };

static float x[n], y[n];

static const char *use(void *library) {
  /* what POSIX asks of dlsym, and C does not promise */
  cusigmoid_status (*run)(int, const cusigmoid_place *, const cusigmoid_array *, const cusigmoid_array *, const cusigmoid_params *);
  *(void **)&run = dlsym(library, "cusigmoid_run");
  if (!run) return dlerror();
  cusigmoid_place place = cusigmoid_on_cpu(2);
  cusigmoid_array in = cusigmoid_vector(CUSIGMOID_FLOAT32, x, n), out = cusigmoid_vector(CUSIGMOID_FLOAT32, y, n);
  y[n - 1] = 0;
  if (run(CUSIGMOID_FORWARD, &place, &in, &out, NULL) != CUSIGMOID_SUCCESS || y[n - 1] != 0.5f) return "the wrong result";
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  for (int i = 0; i < times; ++i) {
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    const char *wrong = library ? use(library) : dlerror();
    if (!wrong && dlclose(library) != 0) wrong = dlerror();
    if (wrong) {
      printf("FAIL the %d. time: %s\n", i + 1, wrong);
      return 1;
    }
  }
  printf("loaded and unloaded %d times\n", times);
  return 0;
}
