// SPDX-License-Identifier: Apache-2.0
// The header of .npy files, as NumPy writes it and as it should not be.
#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "cusigmoid/cusigmoid.h"
#include "tools/cli/npy.hpp"

namespace {

using namespace cli;

/// A file's beginning of a format version and with a dictionary.
std::string file(int version, std::string const &dictionary) {
  std::string bytes = "\x93NUMPY";
  bytes += {static_cast<char>(version), '\0'};
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(dictionary.size() >> 8 * i & 0xff);
  return bytes + dictionary;
}

/// What the error of a function says; "" where there is none.
template <class F>
std::string error_of(F &&f) {
  try {
    f();
  } catch (std::runtime_error const &e) {
    return e.what();
  }
  return "";
}

std::string error_of_file(std::string const &bytes) {
  return error_of([&] { parse_npy_header(bytes); });
}

std::string error_of_dictionary(std::string const &text) { return error_of_file(file(1, text)); }

#define EXPECT_SAYS(what, error) EXPECT_NE(std::string(error).find(what), std::string::npos) << "says: " << (error)

constexpr char ordinary[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

TEST(NpyHeader, OfEachVersionIsRead) {
  for (int version : {1, 2, 3}) {
    npy_header const h = parse_npy_header(file(version, ordinary) + "data");
    EXPECT_EQ(h.descr, "<f4");
    EXPECT_EQ(h.shape, (npy_shape{2, 3}));
    EXPECT_EQ(h.data_offset, file(version, ordinary).size());
  }
}

TEST(NpyHeader, MayBeAnyLiteralOfPythonWithThatMeaning) {
  for (char const *text : {
           "{'descr':'<f4','fortran_order':False,'shape':(2,3)}",
           "{\"shape\": (2, 3,), \"fortran_order\": False, \"descr\": \"<f4\"}  \n",
           " { 'shape' : ( 2L , 3L ) , 'descr' : '<f4' , 'fortran_order' : False , } ",
       }) {
    npy_header const h = parse_npy_header(file(1, text));
    EXPECT_EQ(h.descr, "<f4") << text;
    EXPECT_EQ(h.shape, (npy_shape{2, 3})) << text;
  }
  EXPECT_EQ(parse_npy_header(file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (7,)}")).shape, npy_shape{7});
  EXPECT_EQ(parse_npy_header(file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 5)}")).shape, (npy_shape{0, 5}));
}

TEST(NpyHeader, IsWrittenAsNumpyDoes) {
  // numpy.save of NumPy 1.24 and later
  EXPECT_EQ(format_npy_header("<f4", {2, 3}), std::string("\x93NUMPY\x01\x00v\x00", 10) +
                                                  "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" + std::string(58, ' ') +
                                                  "\n");
  EXPECT_EQ(format_npy_header("<f8", {5}), std::string("\x93NUMPY\x01\x00v\x00", 10) +
                                               "{'descr': '<f8', 'fortran_order': False, 'shape': (5,), }" + std::string(60, ' ') + "\n");
}

TEST(NpyHeader, ThatIsWrittenIsRead) {
  for (npy_shape const &shape : {npy_shape{1}, npy_shape{0}, npy_shape(64, 1), npy_shape(64, 1234567890123456789), npy_shape{3, 0, 2}}) {
    std::string const bytes = format_npy_header("|u1", shape);
    npy_header const h = parse_npy_header(bytes);
    EXPECT_EQ(h.shape, shape);
    EXPECT_EQ(h.data_offset, bytes.size());
    EXPECT_EQ(bytes.size() % 64, 0u);
  }
}

TEST(NpyHeader, ThatIsTruncatedAnywhereIsRefused) {
  for (int version : {1, 2}) {
    std::string const bytes = file(version, ordinary);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_SAYS(size < 6 ? "not an .npy file" : "truncated", error_of_file(bytes.substr(0, size))) << size;
  }
}

TEST(NpyHeader, SaysWhatIsWrong) {
  EXPECT_SAYS("not an .npy file: it begins with 'PK\\x03\\x04ab'", error_of_file("PK\x03\x04"
                                                                                 "abcdef"));
  EXPECT_SAYS("format version 4.0", error_of_file(file(4, ordinary)));
  EXPECT_SAYS("format version 0.0", error_of_file(std::string("\x93NUMPY\0\0\0\0", 10)));
  EXPECT_SAYS("format version 1.1", error_of_file(std::string("\x93NUMPY\1\1\0\0", 10)));
  EXPECT_SAYS("4294967295 bytes long", error_of_file(std::string("\x93NUMPY\2\0\xff\xff\xff\xff", 12)));
  EXPECT_SAYS("Fortran order", error_of_dictionary("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"));
  EXPECT_SAYS("zero-dimensional", error_of_dictionary("{'descr': '<f4', 'fortran_order': False, 'shape': (), }"));
  EXPECT_SAYS("structured element type, '[('a', '<f4')]",
              error_of_dictionary("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}"));
  EXPECT_SAYS("no 'descr'", error_of_dictionary("{'fortran_order': False, 'shape': (2,)}"));
  EXPECT_SAYS("no 'fortran_order'", error_of_dictionary("{'descr': '<f4', 'shape': (2,)}"));
  EXPECT_SAYS("no 'shape'", error_of_dictionary("{'descr': '<f4', 'fortran_order': False}"));
  EXPECT_SAYS("the key 'shape' twice", error_of_dictionary("{'shape': (2,), 'shape': (2,)}"));
  EXPECT_SAYS("the key 'colour', which", error_of_dictionary("{'colour': 1}"));
  EXPECT_SAYS("'{' expected at character 0, found its end", error_of_dictionary(""));
  EXPECT_SAYS("found '[1, 2]'", error_of_dictionary("[1, 2]"));
  EXPECT_SAYS("True or False expected", error_of_dictionary("{'fortran_order': 0"));
  EXPECT_SAYS("'x' after the dictionary", error_of_dictionary(std::string(ordinary) + " x"));
  for (char const *shape : {"(3)", "3", "[3]", "(-1,)", "(2, 3", "(2 3)", "(,)", "(1.5,)", "(x,)", "None"})
    EXPECT_SAYS("malformed header", error_of_dictionary("{'descr': '<f4', 'fortran_order': False, 'shape': " + std::string(shape) + "}"))
        << shape;
  EXPECT_SAYS("overflows", error_of_dictionary("{'shape': (18446744073709551616,)}"));
  std::string axes;
  for (int i = 0; i < 65; ++i) axes += "1, ";
  EXPECT_SAYS("65 axes", error_of_dictionary("{'descr': '<f4', 'fortran_order': False, 'shape': (" + axes + ")}"));
}

TEST(NpyHeader, OfAnyBytesIsReadOrRefused) {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = file(static_cast<int>(random() % 3) + 1, ordinary);
    for (unsigned changes = random() % 4 + 1; changes-- > 0;) {
      std::size_t const at = random() % bytes.size();
      switch (random() % 3) {
        case 0: bytes[at] = static_cast<char>(random()); break;
        case 1: bytes[at] = "{}()[],:'\"L 0123456789"[random() % 22]; break;
        case 2: bytes.erase(at, random() % 8);
      }
      if (bytes.empty()) bytes.push_back('\x93');
    }
    npy_header h;
    if (!error_of([&] { h = parse_npy_header(bytes); }).empty()) continue;
    EXPECT_LE(h.data_offset, bytes.size());
    EXPECT_FALSE(h.shape.empty());
  }
}

TEST(NpyElements, AreCountedUnlessTheirBytesOverflow) {
  EXPECT_EQ(npy_elements({2, 3}, 4), 6u);
  EXPECT_EQ(npy_elements({2, 0, 3}, 4), 0u);
  EXPECT_EQ(npy_elements({std::uint64_t{1} << 60}, 4), std::uint64_t{1} << 60);
  for (npy_shape const &shape : {npy_shape{std::uint64_t{1} << 61}, npy_shape{~std::uint64_t{0}}, npy_shape{1u << 31, 1u << 30},
                                 npy_shape{std::uint64_t{1} << 63, 0, 2}})
    EXPECT_SAYS("overflows", error_of([&] { npy_elements(shape, 4); })) << npy_shape_text(shape);
}

TEST(NpyDtype, IsWhatTheFileSaysOrTheName) {
  for (int named : {-1, static_cast<int>(CUSIGMOID_BFLOAT16)}) {
    EXPECT_EQ(npy_dtype("<f8", named), CUSIGMOID_FLOAT64);
    EXPECT_EQ(npy_dtype("<f4", named), CUSIGMOID_FLOAT32);
    EXPECT_EQ(npy_dtype("<f2", named), CUSIGMOID_FLOAT16);
  }
  for (char const *descr : {"<u2", "<V2", "|V2"}) {
    EXPECT_EQ(npy_dtype(descr, CUSIGMOID_BFLOAT16), CUSIGMOID_BFLOAT16) << descr;
    EXPECT_SAYS("--dtype must say", error_of([&] { npy_dtype(descr, -1); })) << descr;
    EXPECT_SAYS("cannot hold the bits of float8_e4m3", error_of([&] { npy_dtype(descr, CUSIGMOID_FLOAT8_E4M3); })) << descr;
  }
  for (char const *descr : {"|u1", "<V1", "|V1", "<f1"}) EXPECT_EQ(npy_dtype(descr, CUSIGMOID_FLOAT8_E5M2), CUSIGMOID_FLOAT8_E5M2) << descr;
  EXPECT_SAYS("big-endian", error_of([] { npy_dtype(">f4", -1); }));
  EXPECT_SAYS("objects", error_of([] { npy_dtype("|O", -1); }));
  for (char const *descr : {"<i4", "<c8", "|b1", "<U5", "f4", "", "=f4", "<f16"})
    EXPECT_SAYS("none of <f8", error_of([&] { npy_dtype(descr, CUSIGMOID_BFLOAT16); })) << descr;
}

}  // namespace
