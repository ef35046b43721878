// SPDX-License-Identifier: Apache-2.0
// Tuning as data. Nothing here changes a result.
#pragma once

namespace cusigmoid::engine {

/// The shape of the elementwise kernels on GPUs from a compute capability on, of two digits.
struct tuning {
  int compute_capability;
  int threads;          // of a block
  int word_bytes;       // what one memory instruction moves at most: 16, and from 10.0 on also 32
  int chunks;           // words of the narrowest operand that a thread has of each operand, at most,
  int in_flight;        // as long as it loads no more bytes than that before it computes; but one at least
  int held;             // bytes of inputs for which a thread has registers beside a shortcut: its words are narrower where they are more
  int resident;         // threads of an SM that kernels by shortcuts leave room for
  bool launches_early;  // while the kernel before it ends (programmatic dependent launch; from 9.0 on)
};

// Words of 32 bytes need CUDA 13.
#if defined(__CUDACC_VER_MAJOR__) && __CUDACC_VER_MAJOR__ < 13
constexpr int widest_word = 16;
#else
constexpr int widest_word = 32;
#endif

// Enough bytes in flight for each SM, by Little's law: 16 KiB on an A100, 32 on an H100, 48 on an H200, 64 on a B200, for which a thread
// has 32 or 64 where 1024 and more of them are resident. Measured are figures that others published (docs/performance.md); none is ours
// yet.
// The LSTM's gradients, of eleven inputs, spilled with words of 16 bytes, 176 of inputs (sm_90), and not with words of 8; its cell, of
// nine, spilled with none.
constexpr tuning tunings[] = {
    {75, 256, 16, 2, 64, 168, 768, false},           // T4, RTX 20
    {80, 256, 16, 2, 64, 168, 768, false},           // A100
    {86, 256, 16, 2, 64, 168, 768, false},           // A40, RTX 30; 8.9: L40, RTX 40
    {90, 256, 16, 2, 64, 168, 768, true},            // H100, H200
    {100, 128, widest_word, 2, 64, 288, 640, true},  // B200
    {120, 256, 16, 2, 64, 168, 768, true},           // RTX 50
};

/// That of the last row which a compute capability reaches.
constexpr tuning tuning_of(int compute_capability) {
  tuning found = tunings[0];
  for (tuning const &t : tunings)
    if (t.compute_capability <= compute_capability) found = t;
  return found;
}

/// The compute capability that code is compiled for; on the host the one that stands for all.
#if defined(__CUDA_ARCH__)
constexpr int compiled_for = __CUDA_ARCH__ / 10;
#else
constexpr int compiled_for = 90;
#endif
constexpr tuning compiled_tuning = tuning_of(compiled_for);

}  // namespace cusigmoid::engine
