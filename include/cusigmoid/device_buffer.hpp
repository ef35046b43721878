// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cusigmoid/error.hpp"

struct CUstream_st;

namespace cusigmoid {

/// n elements of device memory, allocated and freed in stream order (cudaMallocAsync on the current device): usable by work on that stream
/// at once, by other streams after they have waited for it. Move-only. The stream must outlive the buffer. Throws cuda_error.
template <class T>
class device_buffer {
  static_assert(std::is_trivially_copyable_v<T>, "device memory holds bytes: T must be trivially copyable");

 public:
  using stream_type = CUstream_st *;

  device_buffer() = default;
  explicit device_buffer(std::size_t n, stream_type stream = nullptr) : size_(n), stream_(stream) {
    if (n > static_cast<std::size_t>(-1) / sizeof(T))
      throw std::invalid_argument("device_buffer: n elements are more bytes than size_t can count");
    if (n == 0) return;
    void *data = nullptr;
    detail::check(cusigmoid_device_malloc(&data, n * sizeof(T), stream));
    data_ = static_cast<T *>(data);
  }

  device_buffer(device_buffer &&other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), stream_(other.stream_) {}
  device_buffer &operator=(device_buffer &&other) noexcept {
    device_buffer taken(std::move(other));  // what was here before goes with it
    std::swap(data_, taken.data_);
    std::swap(size_, taken.size_);
    std::swap(stream_, taken.stream_);
    return *this;
  }
  /// Frees after the work issued to the stream so far. A failure is dropped: it repeats an error that the stream reports elsewhere.
  ~device_buffer() {
    if (data_) cusigmoid_device_free(data_, stream_);
  }

  T *data() noexcept { return data_; }
  T const *data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  stream_type stream() const noexcept { return stream_; }

  /// Fills the buffer from n = size() host elements, in stream order. Pageable memory may be reused on return; pinned memory after the
  /// stream has come this far.
  void copy_from(T const *host, std::size_t n) {
    expect(n);
    if (n) detail::check(cusigmoid_copy(data_, host, n * sizeof(T), stream_));
  }
  /// Copies to n = size() host elements and waits until they are there.
  void copy_to(T *host, std::size_t n) const {
    expect(n);
    if (n == 0) return;
    detail::check(cusigmoid_copy(host, data_, n * sizeof(T), stream_));
    detail::check(cusigmoid_synchronize(stream_));
  }

  /// A contiguous range of host elements (std::vector, std::array, std::span) as a new buffer.
  template <class Range>
  static device_buffer from(Range const &host, stream_type stream = nullptr) {
    device_buffer buffer(std::size(host), stream);
    buffer.copy_from(std::data(host), std::size(host));
    return buffer;
  }
  /// The elements, waited for.
  std::vector<T> to_vector() const {
    std::vector<T> host(size_);
    copy_to(host.data(), host.size());
    return host;
  }

 private:
  void expect(std::size_t n) const {
    if (n != size_)
      throw std::invalid_argument("device_buffer: a copy of " + std::to_string(n) + " elements, but the buffer has " +
                                  std::to_string(size_));
  }

  T *data_ = nullptr;
  std::size_t size_ = 0;
  stream_type stream_ = nullptr;
};

}  // namespace cusigmoid
