// SPDX-License-Identifier: Apache-2.0
// Curves of operations: a picture in the terminal, or an SVG file, by gnuplot.
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <csignal>
#include <cstring>
#include <memory>
#include <optional>

#include "cusigmoid/conversions.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/operations.hpp"
#include "tools/cli/style.hpp"  // made from tools/accuracy/style.gp

namespace cli {
namespace {

constexpr int points = 800;  // as wide as the picture

struct options {
  std::vector<std::string> ops;
  std::string range = "-8:8", output, dtype = "float64";
  bool log = false;
};

/// Calls f(T()) with the type of a dtype.
template <class F>
void with_type(int dtype, F &&f) {
  [&]<class... T>(cusigmoid::engine::list<T...>) {
    ((static_cast<int>(cusigmoid::format<T>::id) == dtype ? f(T()) : void()), ...);
  }(cusigmoid::engine::element_types());
}

/// Numbers as elements of a type, and back.
class elements {
 public:
  elements(int dtype, std::size_t n) : dtype_(dtype), n_(n), bytes_(n * cusigmoid_dtype_size(dtype)) {}
  elements(int dtype, std::vector<double> const &numbers) : elements(dtype, numbers.size()) {
    with_type(dtype, [&]<class T>(T) {
      for (std::size_t i = 0; i < n_; ++i) {
        T const e = cusigmoid::engine::element<T>::narrow(numbers[i]);
        std::memcpy(bytes_.data() + i * sizeof e, &e, sizeof e);
      }
    });
  }
  std::vector<double> numbers() const {
    std::vector<double> all(n_);
    with_type(dtype_, [&]<class T>(T) {
      for (std::size_t i = 0; i < n_; ++i) {
        T e;
        std::memcpy(&e, bytes_.data() + i * sizeof e, sizeof e);
        all[i] = cusigmoid::engine::element<T>::widen(e);
      }
    });
    return all;
  }
  cusigmoid_array array() { return cusigmoid_vector(static_cast<cusigmoid_dtype>(dtype_), bytes_.data(), n_); }

 private:
  int dtype_;
  std::size_t n_;
  std::vector<char> bytes_;
};

elements run(int op, std::vector<elements *> const &in, int dtype, std::size_t n) {
  elements out(dtype, n);
  cusigmoid_place const place = cusigmoid_on_cpu(0);
  std::vector<cusigmoid_array> arrays;
  arrays.reserve(in.size());
  for (elements *const e : in) arrays.push_back(e->array());
  cusigmoid_array const to = out.array();
  check(cusigmoid_run(op, &place, arrays.data(), &to, nullptr));
  return out;
}

/// The operation that gives what an input named so is: a function's result that was kept for its gradient; -1 for the argument x itself.
std::optional<int> source_of(std::string_view input) {
  if (input == "x") return -1;
  if (input == "y") return CUSIGMOID_FORWARD;
  if (input == "s") return CUSIGMOID_SIGNED_SIGMOID;
  return {};
}

/// The results of an operation of x, or of a gradient dy = 1 and x.
std::vector<double> results(operation const &op, elements &x, int dtype, std::size_t n) {
  bool is_plain = op.outputs == 1;
  for (auto const *infos : {op.in().data(), op.out().data()})
    for (int i = 0; i < (infos == op.in().data() ? op.inputs : op.outputs); ++i)
      is_plain = is_plain && infos[i].role == CUSIGMOID_ELEMENTWISE;
  bool const of_gradient = op.inputs == 2 && std::string_view(op.in()[0].name) == "dy";
  auto const source = source_of(op.in()[static_cast<std::size_t>(op.inputs - 1)].name);
  if (!is_plain || !source || (op.inputs != 1 && !of_gradient))
    throw usage_error(std::string(op.name) + " is no operation of one input x, nor of x and a gradient dy, which is 1 here");
  elements saved = *source < 0 ? x : run(*source, {&x}, dtype, n);
  if (!of_gradient) return run(op.number, {&saved}, dtype, n).numbers();
  elements dy(dtype, std::vector<double>(n, 1));
  return run(op.number, {&dy, &saved}, dtype, n).numbers();
}

void parse_range(std::string const &text, double &low, double &high) {
  char const *const end = text.data() + text.size();
  auto const a = std::from_chars(text.data(), end, low);
  bool const colon = a.ec == std::errc() && a.ptr != end && *a.ptr == ':';
  auto const b = colon ? std::from_chars(a.ptr + 1, end, high) : a;
  if (!colon || b.ec != std::errc() || b.ptr != end || !std::isfinite(low) || !std::isfinite(high) || !(low < high))
    throw usage_error("--range " + text + ": not two numbers A:B with A < B");
}

std::string text_of(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

/// All results and a little more; gnuplot's own goes to the next mark.
std::string yrange_of(std::vector<std::vector<double>> const &columns) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (std::size_t column = 1; column < columns.size(); ++column)
    for (double const y : columns[column])
      if (std::isfinite(y)) low = std::min(low, y), high = std::max(high, y);
  double const more = (high - low) / 32;
  return more > 0 ? "set yrange [" + text_of(low - more) + ":" + text_of(high + more) + "]\n" : "";
}

/// What gnuplot is told.
std::string script(options const &o) {
  double low, high;
  parse_range(o.range, low, high);
  int const dtype = find_dtype(o.dtype);
  std::vector<double> x(points + 1);
  for (int i = 0; i <= points; ++i) x[static_cast<std::size_t>(i)] = low + (high - low) * (i / static_cast<double>(points));
  elements in(dtype, x);
  x = in.numbers();

  std::vector<std::vector<double>> columns = {x};
  for (std::string const &name : o.ops) columns.push_back(results(find_operation(name), in, dtype, x.size()));

  std::string text;
  if (o.output.empty()) {
    winsize size = {};
    bool const known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20 && size.ws_row >= 8;
    text += "set encoding utf8\nset terminal dumb noenhanced size " + std::to_string(known ? size.ws_col - 1 : 79) + "," +
            std::to_string(known ? size.ws_row - 2 : 24) + "\nset border 3\nset tics nomirror\n";
  } else {
    text += std::string(plot_style) + "set xlabel 'x'\n";
  }
  text += "set key outside top center horizontal Left reverse samplen 2 width 2\nset tmargin 2.5\nset datafile missing '?'\n";
  text += "set xrange [" + text_of(low) + ":" + text_of(high) + "]\n";
  text += o.log ? "set logscale y\nunset mytics\nset format y '1e%T'\n" : yrange_of(columns);
  text += "$data << END\n";
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (auto const &column : columns) text += (std::isfinite(column[i]) ? text_of(column[i]) : "?") + " ";
    text += "\n";
  }
  text += "END\nplot ";
  constexpr char const *colours[] = {"0x0072b2", "0xd55e00", "0x009e73", "0xcc79a7", "0xe69f00", "0x56b4e9", "0x999999"};
  for (std::size_t i = 0; i < o.ops.size(); ++i)
    text += (i ? ", " : "") + std::string("$data using 1:") + std::to_string(i + 2) + " with lines linecolor rgb " +
            colours[i % std::size(colours)] + " title '" + o.ops[i] + "'";
  return text + "\n";
}

/// Has gnuplot draw; what it prints goes to the file `to`.
void draw(std::string const &text, int to) {
  int ends[2];
  if (pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  std::signal(SIGPIPE, SIG_IGN);  // if gnuplot ends early its status says so
  std::fflush(nullptr);
  pid_t const child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  constexpr int not_found = 127;
  if (child == 0) {
    std::signal(SIGPIPE, SIG_DFL);
    dup2(ends[0], STDIN_FILENO);
    dup2(to, STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execlp("gnuplot", "gnuplot", "-d", "-", static_cast<char *>(nullptr));
    _exit(not_found);
  }
  descriptor(ends[0]).close();
  descriptor script(ends[1]);
  for (std::size_t done = 0; done < text.size();) {
    ssize_t const n = write(script.number(), text.data() + done, text.size() - done);
    if (n < 0 && errno != EINTR) break;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  script.close();
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_found) throw std::runtime_error("gnuplot, which draws, is not installed");
  if (status != 0) throw std::runtime_error("gnuplot failed");
}

int run(options const &o) {
  std::string const text = script(o);
  if (o.output.empty()) {
    draw(text, STDOUT_FILENO);
    return 0;
  }
  output_file file(o.output);
  draw(text, file.descriptor_number());
  output_file *const files[] = {&file};
  output_file::commit(files);
  return 0;
}

}  // namespace

command add_curve(CLI::App &program) {
  auto const o = std::make_shared<options>();
  CLI::App *const app = program.add_subcommand("curve", "Curves of operations of one input, in the terminal or as SVG");
  app->footer("Needs gnuplot. Gradients are drawn for dy = 1, and those from a saved output against x all the same.");
  app->add_option("OP", o->ops, "the operations, a curve each")->required();
  app->add_option("--range", o->range, "of x: A:B")->capture_default_str();
  app->add_option("-o,--output", o->output, "write this SVG file instead of a picture in the terminal");
  app->add_option("--dtype", o->dtype, "the element type to compute with")->capture_default_str();
  app->add_flag("--log", o->log, "logarithmic results; what is not positive is left out");
  return {app, [o] { return run(*o); }};
}

}  // namespace cli
