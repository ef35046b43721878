// SPDX-License-Identifier: Apache-2.0
// Reads data/breast_cancer.csv; nothing of the library is in here.
#pragma once
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

using numbers = std::vector<double>;

struct table {
  std::vector<numbers> rows;
  numbers target;  // the class of each row: 0 or 1
};

/// A table in two parts.
struct data_set {
  table training, held_out;
};
constexpr std::size_t folds = 5;

inline double parse(std::string const &cell) {  // not std::stod, which reads numbers as the locale writes them
  double value = 0;
  char const *const end = cell.data() + cell.size();
  auto const [stop, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) throw std::runtime_error("'" + cell + "' is not a number");
  return value;
}

inline std::vector<std::string> split(std::string const &line) {
  std::vector<std::string> cells;
  for (std::size_t from = 0, comma; from <= line.size(); from = comma + 1) {
    comma = std::min(line.find(',', from), line.size());
    cells.push_back(line.substr(from, comma - from));
  }
  return cells;
}

/// The first line is "rows,features,name of class 0,name of class 1"; in the others the class comes last.
/// Throws std::runtime_error that names the file, the line and what is wrong with it.
inline table read_table(std::string const &path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path + ": " + std::strerror(errno));
  auto const expect = [](bool condition, std::string const &otherwise) {
    if (!condition) throw std::runtime_error(otherwise);
  };
  table all;
  std::string rows, features;  // as the first line has them
  std::size_t line_number = 0;
  try {
    for (std::string line; std::getline(file, line);) {
      ++line_number;
      if (!line.empty() && line.back() == '\r') line.pop_back();
      std::vector<std::string> const cells = split(line);
      if (line_number == 1) {
        expect(cells.size() == 4, "'" + line + "' is not rows,features,class 0,class 1");
        rows = cells[0], features = cells[1];
        continue;
      }
      std::string const found = std::to_string(cells.size() - 1);
      expect(found == features, found + " features and a class, but the first line says " + features + " features");
      expect(cells.back() == "0" || cells.back() == "1", "class '" + cells.back() + "' is neither 0 nor 1");
      all.target.push_back(parse(cells.back()));
      numbers &row = all.rows.emplace_back();
      for (std::size_t j = 0; j + 1 < cells.size(); ++j) row.push_back(parse(cells[j]));
    }
    expect(!file.bad(), std::strerror(errno));
    expect(line_number > 0, "the file is empty");
    std::size_t const count = all.rows.size();
    expect(std::to_string(count) == rows, "the file ends after " + std::to_string(count) + " rows, but the first line says " + rows);
    expect(count >= 2 * folds, "too few rows to hold out a fifth");
  } catch (std::runtime_error const &error) {
    throw std::runtime_error(path + (line_number ? ":" + std::to_string(line_number) : "") + ": " + error.what());
  }
  return all;
}

/// Holds out every fifth row, beginning with row k.
inline data_set hold_out(table const &all, std::size_t k) {
  data_set data;
  for (std::size_t i = 0; i < all.rows.size(); ++i) {
    table &part = i % folds == k ? data.held_out : data.training;
    part.rows.push_back(all.rows[i]);
    part.target.push_back(all.target[i]);
  }
  return data;
}

/// Gives each feature mean 0 and deviation 1 over the training rows; the held-out rows have no say in it.
inline void standardise(data_set &data) {
  double const n = static_cast<double>(data.training.rows.size());
  for (std::size_t j = 0; j < data.training.rows[0].size(); ++j) {
    double sum = 0, squares = 0;
    for (numbers const &row : data.training.rows) sum += row[j];
    double const mean = sum / n;
    for (numbers const &row : data.training.rows) squares += (row[j] - mean) * (row[j] - mean);
    double const deviation = squares > 0 ? std::sqrt(squares / n) : 1;
    for (table *const part : {&data.training, &data.held_out})
      for (numbers &row : part->rows) row[j] = (row[j] - mean) / deviation;
  }
}
