// Preloaded into the program by tests: stands before a few system calls, and logs them, kills the
// process at one of them, or lets them fail, as variables of the environment say.
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

void log_call(const char* call, const char* path) {
    const char* const log = std::getenv("GRADSCAPE_TEST_LOG");
    if (!log) return;
    char line[8192];
    const int size = std::snprintf(line, sizeof line, "%s %s\n", call, path);
    const int file = ::open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (::write(file, line, static_cast<std::size_t>(size)) != size) std::abort();
    ::close(file);
}

/// Before a file gets a name: the n-th time the process dies instead.
void before_name(const char* to) {
    log_call("name", to);
    const char* const kill_at = std::getenv("GRADSCAPE_TEST_KILL_AT_NAME");
    if (kill_at && ++names_given == std::atoi(kill_at)) ::raise(SIGKILL);
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

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int rename(const char* from, const char* to) {
    before_name(to);
    static const auto call = next<int (*)(const char*, const char*)>("rename");
    return call(from, to);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
    before_name(to);
    static const auto call = next<int (*)(int, const char*, int, const char*, int)>("linkat");
    return call(from_folder, from, to_folder, to, flags);
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

}  // extern "C"
