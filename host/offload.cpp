// SPDX-License-Identifier: Apache-2.0
// A call on host arrays is cut into chunks, each of which passes through a slot of a pipeline: copied to pinned memory, from there to the
// device, computed, and back the same way, while other slots hold other chunks. Chunks are cut where a sum's tiles begin, so that its tree,
// and so its bits, are those of every place.
#include "host/offload.hpp"

#include <omp.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "host/cargo.hpp"
#include "host/cpu/backend.hpp"
#include "host/cpu/parallel.hpp"
#include "host/error.hpp"

namespace cusigmoid::engine {
namespace {

/// Elements [first, last) of the columns at hand, and where in a slot each cargo of them begins.
struct chunk {
  std::size_t first = 0, last = 0;
  std::array<std::size_t, max_operands> at = {};
  std::size_t size() const { return last - first; }
};

/// The larger of two magnitudes: as words, NaN being the largest.
void raise(void *to, void const *magnitude) {
  unsigned before, now;
  std::memcpy(&before, to, sizeof before);
  std::memcpy(&now, magnitude, sizeof now);
  if (now > before) std::memcpy(to, &now, sizeof now);
}

class offloaded_call {
 public:
  offloaded_call(checked_call const &checked, pipeline &through)
      : op_(*checked.info),
        sum_(op_.sum()),
        threads_(checked.place.threads > 0 ? checked.place.threads : omp_get_max_threads()),
        slots_(through.slots()),
        cargoes_(cargoes_of(op_, checked.c)),
        sizes_(sizes_of_chunks(cargoes_, checked.c, sum_, through.slot_bytes())),
        in_flight_(slots_.size()) {}

  cusigmoid_status run(call const &c) {
    cpu_backend::instruction_set const *const isa = cpu_backend::chosen();  // adds the last levels of a sum
    if (!isa) return CUSIGMOID_INVALID_ARGUMENT;
    if (auto const s = look_at_memory(c)) return s;
    int error = 0;
    std::size_t column = 0;
    do {  // once at least, for the sum of nothing
      error = run_columns(columns_of(c, cargoes_, sum_, column, std::min(sizes_.cols, c.cols - column)), *isa);
      column += sizes_.cols;
    } while (column < c.cols && error == 0);
    if (error == 0) return CUSIGMOID_SUCCESS;
    for (auto &slot : slots_)
      if (slot.stream()) device::synchronize(slot.stream());  // nothing of this call touches the caller's memory after it
    return from_cuda(error, op_.name);
  }

 private:
  cusigmoid_status look_at_memory(call const &c) {
    if (c.rows == 0 || c.cols == 0) return CUSIGMOID_SUCCESS;
    for (cargo &one : cargoes_) {
      device::memory begin = {}, end = {};
      void const *const last = one.what == cargo::kind::elements ? one.at(c.rows - 1, c.cols) - 1 : one.host.data;
      int error = device::memory_of(one.host.data, &begin);
      if (error == 0) error = device::memory_of(last, &end);
      if (error != 0) return from_cuda(error, op_.name);
      if (begin.what == device::memory::kind::of_device)
        return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: %s at %p is device memory, but what is offloaded is in host memory", op_.name,
                    one.name, one.host.data);
      one.in_pinned_memory = begin.what == device::memory::kind::pinned && end.what == device::memory::kind::pinned;
    }
    return CUSIGMOID_SUCCESS;
  }

  // What follows returns a cudaError_t.

  int run_columns(call const &columns, cpu_backend::instruction_set const &isa) {
    columns_ = columns;
    std::optional<cpu_backend::tile_sums> sums;
    if (sum_ != summation::none) sums_ = sums.emplace(columns, sum_).data();
    std::size_t const n = columns.rows * columns.cols, of_chunk = sizes_.amount * (sum_ == summation::of_all ? 1 : columns.cols);
    std::size_t next = 0;
    for (std::size_t first = 0; first < n; first += std::min(of_chunk, n - first), next = (next + 1) % slots_.size()) {
      if (int const error = finish(next)) return error;
      if (int const error = start(next, first, first + std::min(of_chunk, n - first))) return error;
    }
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (int const error = finish((next + i) % slots_.size())) return error;
    if (sums) sums->finish(isa, columns);
    return 0;
  }

  /// Sends a chunk on its way through a slot.
  int start(std::size_t index, std::size_t first, std::size_t last) {
    pipeline_slot &slot = slots_[index];
    chunk now = {first, last, {}};
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < cargoes_.size(); ++i) {
      now.at[i] = bytes;
      bytes += (bytes_in(now, i) + cargo_alignment - 1) / cargo_alignment * cargo_alignment;
    }
    if (int const error = current_.select(slot.device())) return error;
    if (int const error = slot.reserve(bytes)) return error;
    for (std::size_t i = 0; i < cargoes_.size(); ++i)
      if (cargoes_[i].in)
        if (int const error = send(slot, now, i)) return error;
    if (int const error = compute(slot, now)) return error;
    for (std::size_t i = 0; i < cargoes_.size(); ++i)
      if (cargoes_[i].out)
        if (int const error = fetch(slot, now, i)) return error;
    in_flight_[index] = now;
    return 0;
  }

  int send(pipeline_slot const &slot, chunk const &now, std::size_t i) {
    cargo const &c = cargoes_[i];
    char *const staged = slot.host_memory() + now.at[i];
    if (c.what == cargo::kind::elements && !c.needs_no_staging())
      for_each_run_in_parallel(c, now, [&](char const *host, std::size_t at, std::size_t bytes) { std::memcpy(staged + at, host, bytes); });
    else if (c.out)
      std::memset(staged, 0, c.unit);  // what this chunk raises to its largest
    else if (!c.needs_no_staging())
      std::memcpy(staged, c.host.data, bytes_in(now, i));
    return device::copy(slot.device_memory() + now.at[i], host_side(slot, now, i), bytes_in(now, i), slot.stream());
  }

  int compute(pipeline_slot const &slot, chunk const &now) {
    bool const all = sum_ == summation::of_all;  // whose terms are one row
    call c = {columns_.op,    columns_.dtypes, all ? 1 : now.size() / columns_.cols, all ? now.size() : columns_.cols, {},
              columns_.given, nullptr};
    for (std::size_t i = 0; i < cargoes_.size(); ++i) {
      cargo const &one = cargoes_[i];
      char *const data = slot.device_memory() + now.at[i];
      if (one.what == cargo::kind::sums) c.workspace = data;
      for (int part = 0; part < one.parts; ++part)
        c.operands[one.first + part] = {data + static_cast<std::size_t>(part) * one.size,
                                        one.what == cargo::kind::elements ? c.cols * static_cast<std::size_t>(one.parts) : 0};
    }
    return sum_ == summation::none ? device::run(op_.name, c, slot.stream()) : device::sum_tiles(op_.name, c, slot.stream());
  }

  int fetch(pipeline_slot const &slot, chunk const &now, std::size_t i) {
    return device::copy(host_side(slot, now, i), slot.device_memory() + now.at[i], bytes_in(now, i), slot.stream());
  }

  /// Waits for the chunk in a slot, if there is one, and puts its results where the caller wants them.
  int finish(std::size_t index) {
    pipeline_slot const &slot = slots_[index];
    chunk const done = in_flight_[index];
    if (done.size() == 0) return 0;
    in_flight_[index] = {};
    if (int const error = device::synchronize(slot.stream())) return error;
    for (std::size_t i = 0; i < cargoes_.size(); ++i) {
      cargo const &c = cargoes_[i];
      if (!c.out || c.needs_no_staging()) continue;
      char const *const staged = slot.host_memory() + done.at[i];
      if (c.what == cargo::kind::elements)
        for_each_run_in_parallel(c, done, [&](char *host, std::size_t at, std::size_t bytes) { std::memcpy(host, staged + at, bytes); });
      else if (c.what == cargo::kind::sums)
        std::memcpy(sums_ + sums_before(done), staged, bytes_in(done, i));
      else
        raise(c.host.data, staged);
    }
    return 0;
  }

  std::size_t sums_before(chunk const &c) const {
    return sum_ == summation::of_all ? c.first / tile : c.first / columns_.cols / tile_rows * columns_.cols;
  }
  std::size_t bytes_in(chunk const &c, std::size_t i) const { return bytes_of(cargoes_[i], sum_, c.size(), columns_.cols); }

  char *host_side(pipeline_slot const &slot, chunk const &c, std::size_t i) const {
    if (cargoes_[i].needs_no_staging()) return cargoes_[i].at(c.first / columns_.cols, c.first % columns_.cols);
    return slot.host_memory() + c.at[i];
  }

  template <class F>
  void for_each_run_in_parallel(cargo const &c, chunk const &of, F &&f) const {
    constexpr std::size_t grain = 1 << 14;  // elements that a thread copies at least
    cpu_backend::parallel(of.size(), grain, threads_, [&](std::size_t begin, std::size_t end) {
      for_each_run(c, columns_.cols, of.first, of.first + begin, of.first + end, f);
    });
  }

  op_info const &op_;
  summation const sum_;
  int const threads_;
  std::deque<pipeline_slot> &slots_;
  std::vector<cargo> cargoes_;
  chunk_sizes const sizes_;
  std::vector<chunk> in_flight_;  // of each slot
  device_selection current_;
  call columns_;            // those at hand
  double *sums_ = nullptr;  // of their tiles
};

cusigmoid_status run_through(checked_call const &checked, pipeline &through) {
  if (through.has_no_device()) return cpu_backend::run(checked.c, checked.info->sum(), checked.place.threads);
  std::lock_guard const held(through.in_use());
  return offloaded_call(checked, through).run(checked.c);
}

}  // namespace

cusigmoid_status offload(checked_call const &checked) {
  if (checked.place.pipeline) return run_through(checked, *checked.place.pipeline);
  pipeline of_this_call;
  if (auto const s = of_this_call.open(checked.place, checked.info->name)) return s;
  return run_through(checked, of_this_call);
}

cusigmoid_status create_pipeline(cusigmoid_pipeline **to, cusigmoid_place const *from) {
  constexpr char const *function = "cusigmoid_pipeline_create";
  cusigmoid_place place;
  if (!to) return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: pipeline is null", function);
  *to = nullptr;
  if (auto const s = find_place(place, from, function)) return s;
  if (place.kind != CUSIGMOID_OFFLOAD || place.pipeline)
    return fail(CUSIGMOID_INVALID_ARGUMENT, "%s: place: must be of kind CUSIGMOID_OFFLOAD and have no pipeline", function);
  auto made = std::make_unique<cusigmoid_pipeline>();
  if (auto const s = made->open(place, function)) return s;
  *to = made.release();
  return CUSIGMOID_SUCCESS;
}

}  // namespace cusigmoid::engine
