# SPDX-License-Identifier: Apache-2.0
# consumer.*: installs this build, moves what was installed, and uses it from there as users do (run.cmake). Include this file from the
# tests' CMakeLists.txt: the one beside it is the user's project.
if(NOT CUSIGMOID_INSTALL OR CUSIGMOID_VGPU OR CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  message(STATUS "cusigmoid: no consumer.* tests (they need an ordinary build that is installed)")
  return()
endif()
find_program(CUSIGMOID_GXX g++)
find_program(CUSIGMOID_CLANGXX clang++-22)
find_program(CUSIGMOID_PKG_CONFIG pkg-config)
set(definitions "-DBUILD=${PROJECT_BINARY_DIR}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DWORK=${PROJECT_BINARY_DIR}/consumer"
                "-DGENERATOR=${CMAKE_GENERATOR}" "-DLIBDIR=${CMAKE_INSTALL_LIBDIR}" "-DINCLUDEDIR=${CMAKE_INSTALL_INCLUDEDIR}"
                "-DBUILD_TYPE=${CMAKE_BUILD_TYPE}" "-DSTATIC=${CUSIGMOID_STATIC}" "-DNM=${CMAKE_NM}" "-DNVCC=${CMAKE_CUDA_COMPILER}"
                "-DCUDA_LIBRARIES=${CUDAToolkit_LIBRARY_DIR}" "-DCC=${CMAKE_C_COMPILER}" "-DCXX=${CMAKE_CXX_COMPILER}"
                "-DPKG_CONFIG=${CUSIGMOID_PKG_CONFIG}" "-DVERSION=${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")

function(cusigmoid_add_consumer_test name step)
  add_test(NAME consumer.${name} COMMAND "${CMAKE_COMMAND}" ${definitions} -DSTEP=${step} ${ARGN} -P
                                         "${PROJECT_SOURCE_DIR}/tests/consumer/run.cmake")
  set_tests_properties(consumer.${name} PROPERTIES FIXTURES_REQUIRED cusigmoid_installed)
endfunction()

cusigmoid_add_consumer_test(install install)
set_tests_properties(consumer.install PROPERTIES FIXTURES_REQUIRED "" FIXTURES_SETUP cusigmoid_installed)
foreach(compiler IN ITEMS "${CUSIGMOID_GXX}" "${CUSIGMOID_CLANGXX}")
  if(compiler)
    get_filename_component(name "${compiler}" NAME)
    cusigmoid_add_consumer_test(${name} compiler "-DCXX=${compiler}")
  endif()
endforeach()
if(CUSIGMOID_PKG_CONFIG)
  cusigmoid_add_consumer_test(pkg-config pkg_config)
endif()
if(CUSIGMOID_HAVE_CUDA)
  cusigmoid_add_consumer_test(ptx ptx)
endif()
