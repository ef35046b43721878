# SPDX-License-Identifier: Apache-2.0
# Whether libcusigmoid has what XLA calls, for cusigmoid.jax. Only headers of XLA are needed; they come with the Python package jaxlib.
if(CUSIGMOID_XLA STREQUAL "OFF")
  return()
endif()
if(NOT CUSIGMOID_XLA_INCLUDE)
  find_package(Python3 COMPONENTS Interpreter)
  if(Python3_Interpreter_FOUND)
    execute_process(
      COMMAND "${Python3_EXECUTABLE}" -c "import importlib.util as u; print(u.find_spec('jaxlib').submodule_search_locations[0])"
      OUTPUT_VARIABLE jaxlib OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
file(GLOB from_setup "${PROJECT_SOURCE_DIR}/build/python-env/lib/python3*/site-packages/jaxlib/include") # ./setup.sh --python
find_path(CUSIGMOID_XLA_INCLUDE xla/ffi/api/ffi.h HINTS ${from_setup} "${jaxlib}/include"
          DOC "Where the headers of XLA's foreign function interface are: include/ of the Python package jaxlib")
if(CUSIGMOID_XLA_INCLUDE)
  target_sources(cusigmoid_objects PRIVATE python/xla_ffi.cpp)
  target_include_directories(cusigmoid_objects SYSTEM PRIVATE "${CUSIGMOID_XLA_INCLUDE}")
  message(STATUS "cusigmoid: callable by XLA (${CUSIGMOID_XLA_INCLUDE})")
elseif(CUSIGMOID_XLA STREQUAL "ON")
  message(FATAL_ERROR "cusigmoid: CUSIGMOID_XLA=ON, but xla/ffi/api/ffi.h was not found (set CUSIGMOID_XLA_INCLUDE)")
else()
  message(STATUS "cusigmoid: not callable by XLA (no jaxlib found)")
endif()
