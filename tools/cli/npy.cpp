// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/npy.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>

#include "cusigmoid/cusigmoid.h"

namespace cli {
namespace {

constexpr std::string_view magic = "\x93NUMPY";

[[noreturn]] void fail(std::string const &what) { throw std::runtime_error(what); }

/// What stands in a file, for an error: its bytes as far as they can be shown.
std::string quoted(std::string_view text) {
  constexpr std::size_t shown = 40;
  std::string result = "'";
  for (char const c : text.substr(0, shown)) {
    constexpr char digits[] = "0123456789abcdef";
    auto const byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      result += c;
    else
      result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
  }
  return result + (text.size() > shown ? "…'" : "'");
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// Reads the dictionary of a header, a literal of Python.
class dictionary_reader {
 public:
  explicit dictionary_reader(std::string_view text) : text_(text), left_(text) {}

  npy_header read() {
    expect('{');
    while (!take('}')) {
      std::string const key = string("a key");
      expect(':');
      if (key == "descr" && !descr_)
        descr_ = descr();
      else if (key == "fortran_order" && !fortran_order_)
        fortran_order_ = boolean();
      else if (key == "shape" && !shape_)
        shape_ = shape();
      else
        fail("the header has the key " + quoted(key) +
             (key == "descr" || key == "fortran_order" || key == "shape" ? " twice" : ", which is none of the format"));
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!left_.empty()) fail("malformed header: " + quoted(left_) + " after the dictionary");
    if (!descr_) fail("the header has no 'descr'");
    if (!fortran_order_) fail("the header has no 'fortran_order'");
    if (!shape_) fail("the header has no 'shape'");
    if (*fortran_order_) fail("the array is in Fortran order, not in C order");
    if (shape_->empty()) fail("the array is zero-dimensional, shape (); it needs an axis, as (1,)");
    return {*descr_, *shape_, 0};
  }

 private:
  void skip_space() {
    std::size_t const word = left_.find_first_not_of(" \t\r\n");
    left_.remove_prefix(word == std::string_view::npos ? left_.size() : word);
  }
  char next() {
    skip_space();
    return left_.empty() ? '\0' : left_[0];
  }
  bool take(char c) {
    if (next() != c) return false;
    left_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) malformed(std::string("'") + c + "'");
  }
  [[noreturn]] void malformed(std::string const &expected) {
    std::size_t const at = text_.size() - left_.size();
    fail("malformed header: " + expected + " expected at character " + std::to_string(at) + ", found " +
         (left_.empty() ? "its end" : quoted(left_)));
  }

  std::string string(char const *what) {
    char const quote = next();
    std::size_t const end = quote == '\'' || quote == '"' ? left_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) malformed(what);
    std::string const value(left_.substr(1, end - 1));
    left_.remove_prefix(end + 1);
    return value;
  }

  std::string descr() {
    if (next() == '[' || next() == '(' || next() == '{') fail("the array has a structured element type, " + quoted(left_));
    return string("an element type");
  }

  bool boolean() {
    skip_space();
    for (bool const value : {false, true}) {
      std::string_view const word = value ? "True" : "False";
      if (!left_.starts_with(word)) continue;
      left_.remove_prefix(word.size());
      return value;
    }
    malformed("True or False");
  }

  npy_shape shape() {
    npy_shape axes;
    expect('(');
    while (!take(')')) {
      axes.push_back(size_of_axis());
      if (take(',')) continue;
      if (axes.size() == 1) malformed("','");  // (3) is a number, not a tuple
      expect(')');
      break;
    }
    if (axes.size() > npy_axis_limit) fail("the array has " + std::to_string(axes.size()) + " axes, more than NumPy's 64");
    return axes;
  }

  std::uint64_t size_of_axis() {
    skip_space();
    std::uint64_t value;
    auto const [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), value);
    if (error == std::errc::result_out_of_range) fail("the size of an axis overflows: " + quoted(left_));
    if (error != std::errc()) malformed("the size of an axis");
    left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
    if (!left_.empty() && left_[0] == 'L') left_.remove_prefix(1);  // Python 2's long
    return value;
  }

  std::string_view text_, left_;
  std::optional<std::string> descr_;
  std::optional<bool> fortran_order_;
  std::optional<npy_shape> shape_;
};

}  // namespace

npy_header parse_npy_header(std::string_view begin) {
  if (!begin.starts_with(magic)) fail("not an .npy file: it begins with " + quoted(begin.substr(0, magic.size())) + ", not '\\x93NUMPY'");
  std::string_view const rest = begin.substr(magic.size());
  if (rest.size() < 2) fail("truncated: it ends in the format version");
  int const major = static_cast<unsigned char>(rest[0]), minor = static_cast<unsigned char>(rest[1]);
  if (major < 1 || major > 3 || minor != 0)
    fail("format version " + std::to_string(major) + "." + std::to_string(minor) + " is none of 1.0, 2.0 and 3.0");
  std::size_t const size_bytes = major == 1 ? 2 : 4;
  if (rest.size() < 2 + size_bytes) fail("truncated: it ends in the size of the header");
  std::uint64_t const size = little_endian(rest.substr(2, size_bytes)), offset = magic.size() + 2 + size_bytes;
  if (size > npy_header_limit - offset) fail("the header is " + std::to_string(size) + " bytes long, more than any of an array");
  if (begin.size() < offset + size)
    fail("truncated: the header should be " + std::to_string(size) + " bytes long, but " + std::to_string(begin.size() - offset) +
         " are there");
  npy_header header = dictionary_reader(begin.substr(offset, size)).read();
  header.data_offset = offset + size;
  return header;
}

std::string format_npy_header(std::string_view descr, npy_shape const &shape) {
  constexpr std::size_t alignment = 64, digits_of_first_axis = 21;  // it may be made longer in place
  std::string text = "{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': " + npy_shape_text(shape) + ", }";
  text.append(digits_of_first_axis - std::to_string(shape.at(0)).size(), ' ');
  std::size_t const before = magic.size() + 4;
  text.append(alignment - (before + text.size() + 1) % alignment, ' ');
  text += '\n';
  std::string bytes(magic);
  bytes += {'\x01', '\x00', static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
  return bytes + text;
}

std::uint64_t npy_elements(npy_shape const &shape, std::uint64_t element_size) {
  std::int64_t bytes = static_cast<std::int64_t>(element_size);
  bool is_empty = false;
  for (std::uint64_t const axis : shape) {  // NumPy, too, has no array whose other axes overflow
    if (axis == 0)
      is_empty = true;
    else if (__builtin_mul_overflow(bytes, axis, &bytes))
      fail("shape " + npy_shape_text(shape) + " overflows: more bytes than a file can have");
  }
  return is_empty ? 0 : static_cast<std::uint64_t>(bytes) / element_size;
}

std::string npy_shape_text(npy_shape const &shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

bool npy_descr_says_dtype(std::string_view descr) { return descr == "<f8" || descr == "<f4" || descr == "<f2"; }

int npy_dtype(std::string_view descr, int named) {
  if (descr == "<f8") return CUSIGMOID_FLOAT64;
  if (descr == "<f4") return CUSIGMOID_FLOAT32;
  if (descr == "<f2") return CUSIGMOID_FLOAT16;
  std::string const found = "the element type is " + quoted(descr);
  if (descr.starts_with('>')) fail(found + ", big-endian; only little-endian arrays are read");
  if (descr.starts_with("|O")) fail(found + ": objects of Python, not numbers");
  bool const one_byte = descr == "|u1" || descr == "<u1" || descr == "|V1" || descr == "<V1" || descr == "<f1" || descr == "|f1";
  bool const two_bytes = descr == "<u2" || descr == "<V2" || descr == "|V2";
  if (!one_byte && !two_bytes) fail(found + ", none of <f8, <f4, <f2, or the bits of 16- and 8-bit types: <u2, <V2, |u1, <V1, <f1");
  if (named < 0) fail(found + ": which bits these are, --dtype must say");
  if (cusigmoid_dtype_size(named) != (one_byte ? 1 : 2)) fail(found + ", which cannot hold the bits of " + cusigmoid_dtype_name(named));
  return named;
}

std::string npy_descr(int dtype) {
  switch (dtype) {
    case CUSIGMOID_FLOAT64: return "<f8";
    case CUSIGMOID_FLOAT32: return "<f4";
    case CUSIGMOID_FLOAT16: return "<f2";
    default: return cusigmoid_dtype_size(dtype) == 1 ? "|u1" : "<u2";
  }
}

}  // namespace cli
