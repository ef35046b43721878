# SPDX-License-Identifier: Apache-2.0
# cmake --install: the library, the public headers, and what find_package(cusigmoid) and pkg-config read. No path in them is absolute, so
# that the installed tree can be moved.
option(CUSIGMOID_INSTALL "Let cmake --install install the library" ${PROJECT_IS_TOP_LEVEL})
if(NOT CUSIGMOID_INSTALL)
  return()
endif()
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/cusigmoid")

# A shared library brings what it needs; whoever links the static one must find it.
set(find_dependencies "")
set(libraries cusigmoid)
if(CUSIGMOID_STATIC)
  if(CUSIGMOID_HAVE_CUDA)
    set(find_dependencies "find_dependency(CUDAToolkit ${CUDAToolkit_VERSION_MAJOR})") # cudart_static, and what that needs
    list(APPEND libraries cudart_static dl rt)
  endif()
  list(APPEND libraries stdc++ ${OpenMP_CXX_LIB_NAMES})
endif()

install(TARGETS cusigmoid EXPORT cusigmoid INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT cusigmoid FILE cusigmoid-targets.cmake NAMESPACE cusigmoid:: DESTINATION "${package_dir}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/cusigmoid" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

set(generated "${PROJECT_BINARY_DIR}/package")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/cusigmoid-config.cmake.in" "${generated}/cusigmoid-config.cmake"
                              INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${generated}/cusigmoid-config-version.cmake" COMPATIBILITY SameMinorVersion) # while 0.x
install(FILES "${generated}/cusigmoid-config.cmake" "${generated}/cusigmoid-config-version.cmake" DESTINATION "${package_dir}")

file(RELATIVE_PATH up "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" up "${up}")
list(JOIN libraries " -l" libraries)
file(CONFIGURE OUTPUT "${generated}/cusigmoid.pc" @ONLY CONTENT [[
prefix=${pcfiledir}/@up@
libdir=${prefix}/@CMAKE_INSTALL_LIBDIR@
includedir=${prefix}/@CMAKE_INSTALL_INCLUDEDIR@

Name: cusigmoid
Description: @PROJECT_DESCRIPTION@
Version: @PROJECT_VERSION@
Libs: -L${libdir} -l@libraries@
Cflags: -I${includedir}
]])
install(FILES "${generated}/cusigmoid.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

# cpack: an archive to unpack anywhere, named by what it is and runs on.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
set(CPACK_GENERATOR TGZ)
string(TOLOWER "cusigmoid-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}" CPACK_PACKAGE_FILE_NAME)
if(CUSIGMOID_HAVE_CUDA)
  string(APPEND CPACK_PACKAGE_FILE_NAME "-cuda${CUDAToolkit_VERSION_MAJOR}")
endif()
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)
