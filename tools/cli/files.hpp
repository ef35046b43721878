// SPDX-License-Identifier: Apache-2.0
// Files as `apply` reads and writes them. Errors are exceptions that begin with the file's name.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace cli {

/// An open file, closed at the end.
class descriptor {
 public:
  explicit descriptor(int number = -1) : number_(number) {}
  descriptor(descriptor &&other) noexcept : number_(other.number_) { other.number_ = -1; }
  descriptor &operator=(descriptor &&other) noexcept;
  ~descriptor() { close(); }
  int number() const { return number_; }
  /// Whether all that was written got there, as far as closing tells.
  bool close();

 private:
  int number_;
};

class input_file {
 public:
  explicit input_file(std::string const &path);
  std::string const &path() const { return path_; }
  std::uint64_t size() const { return size_; }
  /// All of `to`, of any thread. Not mapped: a file that is cut short meanwhile is an error, not a signal.
  void read(std::span<char> to, std::uint64_t offset) const;

 private:
  std::string path_;
  descriptor file_;
  std::uint64_t size_ = 0;
};

/// A file that appears whole or not at all: written under another name in the same folder, which is removed if it is not committed, or a
/// signal ends the program.
class output_file {
 public:
  explicit output_file(std::string const &path);
  ~output_file();
  output_file(output_file const &) = delete;
  output_file &operator=(output_file const &) = delete;

  int descriptor_number() const { return file_.number(); }
  void resize(std::uint64_t bytes);
  /// Of any thread
  void write(std::span<char const> from, std::uint64_t offset);
  /// Gives all of them their names, in place of what had them.
  static void commit(std::span<output_file *const> files);

 private:
  std::string path_;
  std::filesystem::path target_;  // what path_ is, where it is a symbolic link
  std::string temporary_;
  descriptor file_;
  int cleanup_ = -1;
};

}  // namespace cli
