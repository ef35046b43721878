// SPDX-License-Identifier: Apache-2.0
// Where `apply` computes what it has read.
#pragma once
#include <memory>
#include <string>

#include "cusigmoid/cusigmoid.h"

namespace cli {

class apply_place {
 public:
  /// name: auto (a GPU where there is one, else the CPU), cpu or cuda:N, whose device must be there. threads: at most that many read,
  /// compute and write, each a chunk; 0: as many as the machine has.
  apply_place(std::string const &name, int threads);

  cusigmoid_place const &get() const { return place_; }
  std::size_t workers() const { return workers_; }
  /// Of all arrays' elements together that a worker has at a time.
  std::size_t chunk_bytes() const { return chunk_bytes_; }

 private:
  struct destroy {
    void operator()(cusigmoid_pipeline *p) const { cusigmoid_pipeline_destroy(p); }
  };
  std::unique_ptr<cusigmoid_pipeline, destroy> pipeline_;
  cusigmoid_place place_;
  std::size_t workers_, chunk_bytes_;
};

}  // namespace cli
