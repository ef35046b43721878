# SPDX-License-Identifier: Apache-2.0
# cpu_bench, and the peers that this machine has.
find_package(benchmark QUIET)
if(NOT benchmark_FOUND)
  message(STATUS "cpu_bench is left out: no Google Benchmark (./setup.sh --bench)")
  return()
endif()

# The peers: compiled for this machine, and without the library's -ffp-contract=off.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-march=native CUSIGMOID_MARCH_NATIVE)
add_library(cpu_peers OBJECT cpu_peers.cpp)
target_compile_options(cpu_peers PRIVATE -Wall -Wextra -Wshadow -Wconversion $<$<BOOL:${CUSIGMOID_MARCH_NATIVE}>:-march=native>
                                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>) # in GCC 12's own AVX-512 header
target_include_directories(cpu_peers PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(cpu_peers PUBLIC OpenMP::OpenMP_CXX)

# add_cpu_peer(NAME header library...): where they are found
function(add_cpu_peer name header)
  find_path(CUSIGMOID_${name}_HEADER ${header} PATH_SUFFIXES eigen3)
  set(found "${CUSIGMOID_${name}_HEADER}")
  foreach(library IN LISTS ARGN)
    find_library(CUSIGMOID_${name}_${library} ${library})
    list(APPEND found "${CUSIGMOID_${name}_${library}}")
  endforeach()
  if("${found}" MATCHES "NOTFOUND")
    message(STATUS "cpu_bench compares without ${name} (./setup.sh --bench)")
    return()
  endif()
  list(POP_FRONT found header)
  target_compile_definitions(cpu_peers PRIVATE CUSIGMOID_HAVE_${name})
  target_include_directories(cpu_peers SYSTEM PRIVATE "${header}")
  target_link_libraries(cpu_peers PUBLIC ${found})
endfunction()
add_cpu_peer(XNNPACK xnnpack.h XNNPACK pthreadpool)
add_cpu_peer(ONEDNN dnnl.hpp dnnl)
add_cpu_peer(EIGEN Eigen/Core)
add_cpu_peer(SLEEF sleef.h sleef)

add_executable(cpu_bench cpu_bench.cpp cpu_calls.cpp cpu_check.cpp elements.cpp)
target_link_libraries(cpu_bench PRIVATE cpu_peers cusigmoid::cusigmoid cusigmoid_options benchmark::benchmark)

if(CUSIGMOID_TESTS AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug") # under the sanitizers the peers' own leaks would count
  add_test(NAME cpu-peers COMMAND cpu_bench --check)
  add_test(NAME cpu-bench COMMAND cpu_bench --quick --out cpu_bench.json) # that it runs: its times mean nothing here
endif()
