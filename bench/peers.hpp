// SPDX-License-Identifier: Apache-2.0
// Others' way to σ(x).
#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

/// What a peer says that cannot do it, as with a dtype that it does not take: the others go on.
struct peer_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct peer {
  std::string name;
  int dtype;
  /// Queues y = σ(x) over n elements. Throws where it fails.
  std::function<void(void const *x, void *y, std::size_t n, cudaStream_t stream)> forward;
};

/// Thrust and CUB, with 1/(1 + expf(−x)) and with functions::forward.
std::vector<peer> cccl_peers();
/// cuDNN, where the build has its header and the machine its library.
std::vector<peer> cudnn_peers();

}  // namespace bench
