# SPDX-License-Identifier: Apache-2.0
# cmake --install: the library, the public headers, and what find_package(cusigmoid) reads.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
