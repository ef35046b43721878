// SPDX-License-Identifier: Apache-2.0
// A digest of a function's whole table that any order of evaluation gives: the sum, modulo 2^128, of a hash of each (input, result) pair.
#pragma once
#include <cstdint>
#include <cstdio>
#include <string>

#if defined(__CUDACC__)
#define CUSIGMOID_DIGEST_FN __host__ __device__
#else
#define CUSIGMOID_DIGEST_FN
#endif

struct digest {
  std::uint64_t high = 0, low = 0;

  /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): a bijection that mixes all bits.
  CUSIGMOID_DIGEST_FN static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// Input and result of at most 32 bits each.
  CUSIGMOID_DIGEST_FN constexpr void add(std::uint64_t input, std::uint64_t result) {
    std::uint64_t const pair = input << 32 | result;
    high += mix(pair + 0x9e3779b97f4a7c15);
    low += mix(pair ^ 0xd1b54a32d192ed03);
  }
  /// A sample and a result of up to 64 bits.
  constexpr void add_sample(std::uint64_t sample, std::uint64_t result) {
    high += mix(mix(sample) + result);
    low += mix(mix(~sample) ^ result);
  }
  CUSIGMOID_DIGEST_FN constexpr void add(digest const &other) {
    high += other.high;
    low += other.low;
  }
  std::string text() const {
    char s[40];
    std::snprintf(s, sizeof s, "%016llx%016llx", static_cast<unsigned long long>(high), static_cast<unsigned long long>(low));
    return s;
  }
  bool operator==(digest const &) const = default;
};
