// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/files.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <system_error>

namespace cli {
namespace {

constexpr int ending_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

/// The names that a signal's handler removes.
std::atomic<char const *> temporaries[8];

extern "C" void remove_temporaries(int signal) {
  for (auto const &name : temporaries)
    if (char const *const path = name.load()) unlink(path);
  raise(signal);  // which has its default again, and comes when this returns
}

/// The place of a name among those that are removed.
int remove_at_signals(char const *name) {
  static bool const handled = [] {
    for (int const signal : ending_signals) {
      struct sigaction now = {}, before;
      now.sa_handler = remove_temporaries;
      now.sa_flags = static_cast<int>(SA_RESETHAND);
      if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(signal, &now, nullptr);
    }
    return true;
  }();
  for (int i = 0; handled && i < static_cast<int>(std::size(temporaries)); ++i) {
    char const *none = nullptr;
    if (temporaries[i].compare_exchange_strong(none, name)) return i;
  }
  throw std::logic_error("more outputs than an operation has");
}

/// While it lives, signals that end the program wait.
class signals_held {
 public:
  signals_held() {
    sigset_t held;
    sigemptyset(&held);
    for (int const signal : ending_signals) sigaddset(&held, signal);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~signals_held() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_held(signals_held const &) = delete;
  signals_held &operator=(signals_held const &) = delete;

 private:
  sigset_t before_;
};

[[noreturn]] void fail_with_errno(std::string const &what) { throw std::system_error(errno, std::generic_category(), what); }

std::string temporary_name(std::filesystem::path const &target) {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, 0) != sizeof number) fail_with_errno("getrandom");
  char name[40];
  std::snprintf(name, sizeof name, ".cusigmoid-%016llx", static_cast<unsigned long long>(number));
  return target.parent_path() / name;
}

}  // namespace

descriptor &descriptor::operator=(descriptor &&other) noexcept {
  if (this != &other) {
    close();
    number_ = other.number_;
    other.number_ = -1;
  }
  return *this;
}

bool descriptor::close() {
  int const number = number_;
  number_ = -1;
  return number < 0 || ::close(number) == 0;
}

input_file::input_file(std::string const &path) : path_(path), file_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  struct stat status;
  if (file_.number() < 0 || fstat(file_.number(), &status) != 0) fail_with_errno(path);
  if (!S_ISREG(status.st_mode)) throw std::runtime_error(path + ": not a regular file");
  size_ = static_cast<std::uint64_t>(status.st_size);
}

void input_file::read(std::span<char> to, std::uint64_t offset) const {
  while (!to.empty()) {
    ssize_t const n = pread(file_.number(), to.data(), to.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_with_errno(path_);
    if (n == 0) throw std::runtime_error(path_ + ": it was cut short: nothing is left at byte " + std::to_string(offset));
    to = to.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

output_file::output_file(std::string const &path) : path_(path), target_(path) {
  std::error_code error;
  auto const found = std::filesystem::status(target_, error);
  mode_t mode = 0;
  if (std::filesystem::exists(found)) {
    if (!std::filesystem::is_regular_file(found)) throw std::runtime_error(path + ": there is something that is not a regular file");
    if (access(path.c_str(), W_OK) != 0) fail_with_errno(path);
    target_ = std::filesystem::canonical(target_);
    mode = static_cast<mode_t>(found.permissions()) & 07777;
  }
  signals_held const held;  // between making the file and knowing that it must be removed
  temporary_ = temporary_name(target_);
  file_ = descriptor(open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file_.number() < 0) fail_with_errno(path + ": no file can be made in its folder");
  cleanup_ = remove_at_signals(temporary_.c_str());
  if (mode) fchmod(file_.number(), mode);
}

output_file::~output_file() {
  if (cleanup_ < 0) return;
  unlink(temporary_.c_str());
  temporaries[cleanup_] = nullptr;
}

void output_file::resize(std::uint64_t bytes) {
  // Space that is there from the beginning: a full disk is known before the work, and ext4 need not look for it when the file is renamed.
  while (fallocate(file_.number(), 0, 0, static_cast<off_t>(bytes)) != 0) {
    if (errno == EINTR) continue;
    if (errno != EOPNOTSUPP && errno != ENOSYS) fail_with_errno(path_);
    if (ftruncate(file_.number(), static_cast<off_t>(bytes)) == 0) return;
    if (errno != EINTR) fail_with_errno(path_);
  }
}

void output_file::write(std::span<char const> from, std::uint64_t offset) {
  while (!from.empty()) {
    ssize_t const n = pwrite(file_.number(), from.data(), from.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_with_errno(path_);
    from = from.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

void output_file::commit(std::span<output_file *const> files) {
  for (output_file *const f : files)
    if (!f->file_.close()) fail_with_errno(f->path_);
  signals_held const held;
  for (output_file *const f : files) {
    if (rename(f->temporary_.c_str(), f->target_.c_str()) != 0) fail_with_errno(f->path_);
    temporaries[f->cleanup_] = nullptr;
    f->cleanup_ = -1;
  }
}

}  // namespace cli
