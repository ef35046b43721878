# SPDX-License-Identifier: Apache-2.0
# The library: objects compiled once, linked as libcusigmoid and, with their internal symbols, into the tests.
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_path(CUSIGMOID_HIGHWAY hwy/highway.h REQUIRED DOC "Where the headers of Google Highway are; nothing is linked")

# What all of the project's C++ is compiled with. -ffp-contract=off: a product and a sum are two roundings; where one is meant, it is fma.
add_library(cusigmoid_options INTERFACE)
target_compile_options(cusigmoid_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wshadow;-Wconversion;-ffp-contract=off;-fstack-protector-strong>
                                                   $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wno-unknown-pragmas,-fstack-protector-strong;-Werror=cross-execution-space-call>)
target_link_options(cusigmoid_options INTERFACE LINKER:-z,relro,-z,now,-z,noexecstack)
target_compile_definitions(cusigmoid_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:CUSIGMOID_NO_CONTRACTION>)
target_include_directories(cusigmoid_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")

add_library(cusigmoid_objects OBJECT host/c_api.cpp host/check.cpp host/error.cpp host/offload.cpp host/op_info.cpp host/pipeline.cpp host/run.cpp host/run_many.cpp host/cpu/backend.cpp)
target_link_libraries(cusigmoid_objects PUBLIC cusigmoid_options OpenMP::OpenMP_CXX)
target_compile_definitions(cusigmoid_objects PRIVATE CUSIGMOID_BUILDING)
set_target_properties(cusigmoid_objects PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)

# Clang's fuzzers need to see which of the checks their inputs reach, and the address sanitizer what is wrong.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=address" AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(CUSIGMOID_FUZZ ON)
  target_compile_options(cusigmoid_objects PRIVATE -fsanitize=fuzzer-no-link)
endif()

if(CUSIGMOID_HAVE_CUDA)
  target_sources(cusigmoid_objects PRIVATE cuda/reduction.cu cuda/runtime.cu)
  # elementwise.cu in groups of ops, so that several compilers share them
  set(groups 4)
  target_compile_definitions(cusigmoid_objects PRIVATE CUSIGMOID_GROUPS=${groups})
  math(EXPR last "${groups} - 1")
  foreach(group RANGE ${last})
    add_library(cusigmoid_elementwise_${group} OBJECT cuda/elementwise.cu)
    target_link_libraries(cusigmoid_elementwise_${group} PRIVATE cusigmoid_options)
    target_compile_definitions(cusigmoid_elementwise_${group} PRIVATE CUSIGMOID_GROUP=${group} CUSIGMOID_GROUPS=${groups})
    set_target_properties(cusigmoid_elementwise_${group} PROPERTIES CUDA_VISIBILITY_PRESET hidden)
    target_sources(cusigmoid_objects INTERFACE $<TARGET_OBJECTS:cusigmoid_elementwise_${group}>)
  endforeach()
  set_target_properties(cusigmoid_objects PROPERTIES CUDA_VISIBILITY_PRESET hidden)
  if(CUSIGMOID_VGPU)
    vgpu_link(cusigmoid_objects)
  else()
    target_link_libraries(cusigmoid_objects PUBLIC CUDA::cudart_static)
  endif()
else()
  target_sources(cusigmoid_objects PRIVATE host/no_cuda.cpp)
endif()

# The CPU backend's inner loops, once for each instruction set.
function(cusigmoid_add_instruction_set target)
  add_library(cusigmoid_${target} OBJECT host/cpu/instruction_set.cpp)
  target_link_libraries(cusigmoid_${target} PRIVATE cusigmoid_options)
  # What the compiler may inline here is called once for each op; elsewhere it is called often, and inlining it takes minutes
  # (as it does here with the sanitizers).
  target_compile_definitions(cusigmoid_${target} PRIVATE CUSIGMOID_TARGET=${target} $<$<NOT:$<CONFIG:Debug>>:CUSIGMOID_SHARED=inline>)
  target_include_directories(cusigmoid_${target} SYSTEM PRIVATE "${CUSIGMOID_HIGHWAY}")
  target_compile_options(cusigmoid_${target} PRIVATE -fno-math-errno -fno-trapping-math ${ARGN})
  set_target_properties(cusigmoid_${target} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_sources(cusigmoid_objects INTERFACE $<TARGET_OBJECTS:cusigmoid_${target}>)
  set_property(GLOBAL APPEND PROPERTY CUSIGMOID_INSTRUCTION_SETS ${target})
endfunction()
if(CUSIGMOID_DISPATCH AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_definitions(cusigmoid_objects PRIVATE $<$<COMPILE_LANGUAGE:CXX>:CUSIGMOID_DISPATCH>)
  cusigmoid_add_instruction_set(x86_64 -march=x86-64)
  cusigmoid_add_instruction_set(x86_64_v3 -march=x86-64-v3)
  cusigmoid_add_instruction_set(x86_64_v4 -march=x86-64-v4)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  cusigmoid_add_instruction_set(generic -march=armv8-a+crypto) # which Highway's NEON is declared for; nothing here uses it
else()
  cusigmoid_add_instruction_set(generic)
endif()

if(CUSIGMOID_STATIC)
  add_library(cusigmoid STATIC)
  # What the objects need, for whoever links the installed library. The OpenMP runtime by name: it must be this compiler's, not theirs.
  target_link_libraries(cusigmoid PRIVATE ${OpenMP_CXX_LIB_NAMES})
  if(CUSIGMOID_HAVE_CUDA AND NOT CUSIGMOID_VGPU)
    target_link_libraries(cusigmoid PRIVATE CUDA::cudart_static)
  endif()
else()
  add_library(cusigmoid SHARED)
  # nodelete: the threads of OpenMP's pool, which no one can join, run on after dlclose, in code that must then still be there.
  target_link_options(cusigmoid PRIVATE "LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/exports.map" LINKER:-z,nodelete)
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize=") # whose runtime is the program's
    target_link_options(cusigmoid PRIVATE LINKER:--no-undefined)
  endif()
  set_target_properties(cusigmoid PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
                                             LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/exports.map")
endif()
add_library(cusigmoid::cusigmoid ALIAS cusigmoid)
target_link_libraries(cusigmoid PRIVATE $<BUILD_INTERFACE:cusigmoid_objects>)
target_include_directories(cusigmoid PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>")
target_compile_features(cusigmoid INTERFACE cxx_std_17)
