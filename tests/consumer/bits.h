/* SPDX-License-Identifier: Apache-2.0
 *
 * Inputs for the consumers, and their results in hex. All of it is integer arithmetic, so that no compiler flag changes it.
 */
#ifndef CONSUMER_BITS_H
#define CONSUMER_BITS_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { count = 65536 }; /* every number of 16 bits, and enough for several threads */

/* The i-th number with so many fraction bits and that bias: ±0, ±inf, ±NaN, the smallest subnormals; then the 16-bit patterns in order,
 * or random bits, every other one between 2^-56 and 2^10 in size. */
static inline uint64_t input_bits(uint64_t i, uint64_t seed, int fraction, int bias) {
  const uint64_t one = 1, sign = (2 * (uint64_t)bias + 2) << fraction, infinity = (2 * (uint64_t)bias + 1) << fraction;
  uint64_t r = (i + seed) * 0x9e3779b97f4a7c15u; /* splitmix64 */
  if (fraction + 1 < 16 && seed == 0) return i;
  if (i < 8) {
    const uint64_t special[] = {0, infinity, infinity | one << (fraction - 1), 1};
    return special[i / 2] | (i % 2 ? sign : 0);
  }
  r = (r ^ r >> 30) * 0xbf58476d1ce4e5b9u;
  r = (r ^ r >> 27) * 0x94d049bb133111ebu;
  r ^= r >> 31;
  if (i % 2 && bias > 56) {
    const uint64_t exponent = (uint64_t)bias - 56 + (r >> 48) % 66;
    return (r & (sign | ((one << fraction) - 1))) | exponent << fraction;
  }
  return r & (2 * sign - 1);
}

static inline void make_inputs(void *to, size_t size, uint64_t seed, int fraction, int bias) {
  uint64_t i;
  for (i = 0; i < count; ++i) {
    const uint64_t bits = input_bits(i, seed, fraction, bias);
    memcpy((char *)to + i * size, &bits, size); /* little-endian */
  }
}

/* One line: the first results, and a checksum (FNV-1a) of all of them. */
static inline void print_bits(const char *op, const char *dtype, const void *results, size_t size) {
  uint64_t checksum = 0xcbf29ce484222325u, bits;
  size_t i;
  for (i = 0; i < count * size; ++i) checksum = (checksum ^ ((const unsigned char *)results)[i]) * 0x100000001b3u;
  printf("%s %s %016llx:", op, dtype, (unsigned long long)checksum);
  for (i = 0; i < 40; ++i) {
    bits = 0;
    memcpy(&bits, (const char *)results + i * size, size);
    printf(" %0*llx", (int)(2 * size), (unsigned long long)bits);
  }
  printf("\n");
}

#endif
