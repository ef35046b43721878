/* SPDX-License-Identifier: Apache-2.0
 *
 * For LD_PRELOAD: one call on the files of a folder does not do what it is asked to.
 *
 * FAIL_FOLDER  whose files
 * FAIL_CALL    the number of the call, from 1; without it none fails
 * FAIL_ERRNO   what it fails with
 * FAIL_SHORT   each read and write does at most so many bytes
 * FAIL_LOG     where the name of each call is written, in their order
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;

static int is_watched(const char *path) {
  const char *folder = getenv("FAIL_FOLDER");
  return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_watched_file(int file) {
  char name[64], path[4096];
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  ssize_t n = readlink(name, path, sizeof path - 1);
  if (n < 0) return 0;
  path[n] = '\0';
  return is_watched(path);
}

/* Counts a call; whether it is the one. */
static int fails(const char *call) {
  long number = ++calls;
  const char *log = getenv("FAIL_LOG"), *wanted = getenv("FAIL_CALL");
  if (log) {
    FILE *to = fopen(log, "a");
    fprintf(to, "%s\n", call);
    fclose(to);
  }
  if (!wanted || atol(wanted) != number) return 0;
  errno = atoi(getenv("FAIL_ERRNO"));
  return 1;
}

static size_t shortened(size_t bytes) {
  const char *most = getenv("FAIL_SHORT");
  return most && (size_t)atol(most) < bytes ? (size_t)atol(most) : bytes;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return is_watched(path) && fails("open") ? -1 : REAL(open)(path, flags, mode);
}

int fstat(int file, struct stat *to) { return is_watched_file(file) && fails("fstat") ? -1 : REAL(fstat)(file, to); }

int access(const char *path, int mode) { return is_watched(path) && fails("access") ? -1 : REAL(access)(path, mode); }

ssize_t pread(int file, void *to, size_t bytes, off_t offset) {
  return is_watched_file(file) && fails("pread") ? -1 : REAL(pread)(file, to, shortened(bytes), offset);
}

ssize_t pwrite(int file, const void *from, size_t bytes, off_t offset) {
  return is_watched_file(file) && fails("pwrite") ? -1 : REAL(pwrite)(file, from, shortened(bytes), offset);
}

int fallocate(int file, int mode, off_t offset, off_t bytes) {
  return is_watched_file(file) && fails("fallocate") ? -1 : REAL(fallocate)(file, mode, offset, bytes);
}

int ftruncate(int file, off_t bytes) { return is_watched_file(file) && fails("ftruncate") ? -1 : REAL(ftruncate)(file, bytes); }

int fchmod(int file, mode_t mode) { return is_watched_file(file) && fails("fchmod") ? -1 : REAL(fchmod)(file, mode); }

int rename(const char *from, const char *to) { return is_watched(to) && fails("rename") ? -1 : REAL(rename)(from, to); }

/* As on Linux, a close that fails has closed. */
int close(int file) {
  int failed = is_watched_file(file) && fails("close"), error = errno, status = REAL(close)(file);
  if (failed) errno = error;
  return failed ? -1 : status;
}
