// Preloaded into the program by tests: stands before a few system calls, and logs them, kills the
// process at one of them, lets them fail, or do only half of what they are asked for, as variables
// of the environment say.
// SPDX-License-Identifier: MIT
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<int> names_given{0};

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

ssize_t plain_write(int descriptor, const void* bytes, std::size_t size) {
    static const auto call = next<ssize_t (*)(int, const void*, std::size_t)>("write");
    return call(descriptor, bytes, size);
}

/// How much of a write is done.
std::size_t written_of(std::size_t size) {
    return std::getenv("GRADSCAPE_TEST_HALF_WRITES") ? (size + 1) / 2 : size;
}

void log_call(const char* call, const char* path) {
    const char* const log = std::getenv("GRADSCAPE_TEST_LOG");
    if (!log) return;
    char line[8192];
    const int size = std::snprintf(line, sizeof line, "%s %s\n", call, path);
    const int file = ::open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (plain_write(file, line, static_cast<std::size_t>(size)) != size) std::abort();
    ::close(file);
}

/// Before a file gets a name: the n-th time the process dies instead.
void before_name() {
    const char* const kill_at = std::getenv("GRADSCAPE_TEST_KILL_AT_NAME");
    if (kill_at && ++names_given == std::atoi(kill_at)) ::raise(SIGKILL);
}

/// Of a call that succeeded: a link where the name is taken is no event.
int logged(const char* call, const char* path, int result) {
    const int error = errno;
    if (result == 0) log_call(call, path);
    errno = error;
    return result;
}

bool sync_fails(const char* call, int descriptor) {
    char link[64], path[4096] = {};
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (::readlink(link, path, sizeof path - 1) < 0) path[0] = 0;
    log_call(call, path);
    const char* const error = std::getenv("GRADSCAPE_TEST_SYNC_ERROR");
    if (error) errno = std::atoi(error);
    return error;
}

}  // namespace

extern "C" {

int rename(const char* from, const char* to) {
    before_name();
    static const auto call = next<int (*)(const char*, const char*)>("rename");
    return logged("name", to, call(from, to));
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
    before_name();
    static const auto call = next<int (*)(int, const char*, int, const char*, int)>("linkat");
    return logged("name", to, call(from_folder, from, to_folder, to, flags));
}

int fsync(int descriptor) {
    if (sync_fails("sync", descriptor)) return -1;
    static const auto call = next<int (*)(int)>("fsync");
    return call(descriptor);
}

int fdatasync(int descriptor) {
    if (sync_fails("datasync", descriptor)) return -1;
    static const auto call = next<int (*)(int)>("fdatasync");
    return call(descriptor);
}

ssize_t write(int descriptor, const void* bytes, std::size_t size) {
    return plain_write(descriptor, bytes, written_of(size));
}

ssize_t pwrite(int descriptor, const void* bytes, std::size_t size, off_t offset) {
    static const auto call = next<ssize_t (*)(int, const void*, std::size_t, off_t)>("pwrite");
    return call(descriptor, bytes, written_of(size), offset);
}

}  // extern "C"
