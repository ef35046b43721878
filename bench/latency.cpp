// SPDX-License-Identifier: Apache-2.0
#include "bench/latency.hpp"

#include "bench/kernels.hpp"

namespace bench {
namespace {

constexpr int calls = 1000;
constexpr int calls_in_queue = 256;  // fewer than a stream takes before a launch waits

template <class Call>
row host_call(stopwatch const &watch, Call const &call) {
  return watch.repeat([&](std::vector<double> &us) {
    for (int i = 0; i < calls_in_queue; ++i) {
      auto const begin = std::chrono::steady_clock::now();
      call();
      us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
    check(cudaStreamSynchronize(watch.on()));
  });
}

/// Of what queues so many calls, the time of each: on a stream that of the host or of the GPU, whichever is longer.
template <class Queue>
row on_stream(stopwatch const &watch, Queue const &queue) {
  mark begin, end;
  return watch.repeat([&](std::vector<double> &us) {
    begin.set(watch.on());
    queue();
    end.set(watch.on());
    check(cudaStreamSynchronize(watch.on()));
    us.push_back(end.us_since(begin) / calls);
  });
}

template <class Call>
row in_graph(stopwatch const &watch, Call const &call) {
  cudaGraph_t graph;
  cudaGraphExec_t nodes;
  check(cudaStreamBeginCapture(watch.on(), cudaStreamCaptureModeThreadLocal));
  for (int i = 0; i < calls; ++i) call();
  check(cudaStreamEndCapture(watch.on(), &graph));
  check(cudaGraphInstantiate(&nodes, graph, 0));
  check(cudaGraphLaunch(nodes, watch.on()));  // the first also uploads it
  row const r = on_stream(watch, [&] { check(cudaGraphLaunch(nodes, watch.on())); });
  check(cudaGraphExecDestroy(nodes));
  check(cudaGraphDestroy(graph));
  return r;
}

template <class Call>
void add(std::vector<row> &to, row const &name, stopwatch const &watch, Call const &call) {
  auto const add_as = [&](char const *what, row r) {
    r.what = what, r.op = name.op, r.dtypes = name.dtypes, r.peer = name.peer;
    to.push_back(r);
  };
  call();  // the first loads the kernel
  add_as("host_call", host_call(watch, call));
  add_as("stream_latency", on_stream(watch, [&] {
           for (int i = 0; i < calls; ++i) call();
         }));
  add_as("graph_latency", in_graph(watch, call));
}

}  // namespace

std::vector<row> measure_latency(stopwatch const &watch) {
  memory x(sizeof(float), watch.on()), y(sizeof(float), watch.on());
  check(cudaMemsetAsync(x.data(), 0, x.size(), watch.on()));
  cusigmoid_place const place = cusigmoid_on_cuda(watch.on());
  row ours, bare;
  ours.op = "forward", ours.dtypes = {"float32", "float32"};
  bare.op = "empty kernel", bare.peer = "cudaLaunchKernelExC";
  std::vector<row> rows;
  add(rows, ours, watch, [&] { check(cusigmoid_forward(place, CUSIGMOID_FLOAT32, x.data(), y.data(), 1)); });
  add(rows, bare, watch, [&] { check(launch_empty(watch.on())); });
  return rows;
}

}  // namespace bench
