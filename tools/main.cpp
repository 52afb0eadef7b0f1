// One try, and the exit status: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "gradscape/error.hpp"
#include "gradscape/interrupt.hpp"
#include "tools/common/command_line.hpp"

namespace {

/// Always one line, whatever a file name or an option brought in.
int fail(int status, std::string message) {
    std::replace_if(
        message.begin(), message.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; },
        ' ');
    std::fprintf(stderr, "gradscape: error: %s\n", message.c_str());
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    gradscape::catch_interrupts();
    try {
        gradscape::run_command_line(argc, argv);
        return 0;
    } catch (const gradscape::InputError& error) {
        return fail(2, error.what());
    } catch (const gradscape::Interrupted& error) {
        return fail(130, error.what());
    } catch (const std::bad_alloc&) {
        return fail(1, "out of memory");
    } catch (const std::exception& error) {
        return fail(1, error.what());
    }
}
