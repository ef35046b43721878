#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sourced in the bare root by its scripts: users' ways to a program, by tests/consumer.
flags=(-O2 -Wall -Wextra -Werror)

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

apt_install() {
  [[ -n ${apt_updated-} ]] || apt-get update -qq
  apt_updated=yes
  apt-get install -qq -y --no-install-recommends "$@" > /tmp/apt.log 2>&1 || fail "apt-get install $*: $(< /tmp/apt.log)"
}

# Else the test shows nothing.
expect_bare() {
  local command
  for command in cc g++ cmake pkg-config python3; do
    if command -v "$command" > /dev/null; then fail "the root is not bare: it has $command"; fi
  done
}

# The correctly rounded results' checksums, which no machine and no version changes: consumer.cpp prints them.
float32='forward float32 a61dcf9c9251d79d:'
float16='forward float16 5bda09d946e60a90:'

# expect WHAT PROGRAM LINES...: each is the beginning of one that the program prints; $said is all of it
expect() {
  local what=$1 line
  said=$("$2") || fail "$what: exit status $?"
  for line in "${@:3}"; do
    [[ $'\n'$said == *$'\n'"$line"* ]] || fail "$what: no line '$line' in"$'\n'"$said"
  done
  echo "passed: $what"
}

# consume_from PREFIX: by a plain compiler, by pkg-config and by CMake; '' where all of them look by themselves
consume_from() {
  local prefix=$1 where=${1:-/usr/local} built link=(-lcusigmoid) find=()
  built=$(mktemp -d)
  cd "$built" || return
  if [[ -n $prefix ]]; then
    link=("-I$prefix/include" "-L$prefix/lib" "-Wl,-rpath,$prefix/lib" -lcusigmoid)
    find=("-DCMAKE_PREFIX_PATH=$prefix")
    export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  fi

  gcc -std=c99 "${flags[@]}" /srv/consumer/consumer.c "${link[@]}" -o plain_c
  g++ -std=c++17 "${flags[@]}" /srv/consumer/consumer.cpp "${link[@]}" -o plain_cpp
  expect "gcc, $where" ./plain_c "$float32"
  expect "g++, $where" ./plain_cpp "$float32" "$float16"

  eval "link=($(pkg-config --cflags --libs cusigmoid))" # which quotes, as for a shell
  gcc -std=c99 "${flags[@]}" /srv/consumer/consumer.c "${link[@]}" -o with_pkg_config
  LD_LIBRARY_PATH=${prefix:+$prefix/lib} expect "pkg-config, $where" ./with_pkg_config "$float32"

  cmake -S /srv/consumer -B cmake "${find[@]}" > cmake.log || fail "cmake, $where: $(< cmake.log)"
  cmake --build cmake > cmake.log || fail "cmake --build, $where: $(< cmake.log)"
  expect "find_package in C, $where" cmake/consumer_c "$float32"
  expect "find_package in C++, $where" cmake/consumer_cpp "$float32" "$float16"
  expect "find_package, functions.hpp, $where" cmake/consumer_functions "$float32" "$float16"
  cd /
  rm -r "$built"
}
