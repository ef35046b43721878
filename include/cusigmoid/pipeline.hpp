// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "cusigmoid/arguments.hpp"

namespace cusigmoid {

/// A place like offload, which keeps streams, pinned host memory and device memory from call to call: those take milliseconds to make.
/// They are made by the first calls, as far as these need them, up to the bytes of `where`. Calls of several threads wait for each other.
/// Throws cuda_error, and std::invalid_argument where the device is not there. Move-only.
class pipeline {
 public:
  explicit pipeline(offload where = {}) {
    cusigmoid_place const place = where;
    cusigmoid_pipeline *made = nullptr;
    detail::check(cusigmoid_pipeline_create(&made, &place));
    pipeline_.reset(made);
  }
  operator cusigmoid_place() const noexcept { return cusigmoid_on_pipeline(pipeline_.get()); }

 private:
  struct destroy {
    void operator()(cusigmoid_pipeline *p) const noexcept { cusigmoid_pipeline_destroy(p); }
  };
  std::unique_ptr<cusigmoid_pipeline, destroy> pipeline_;
};

}  // namespace cusigmoid
