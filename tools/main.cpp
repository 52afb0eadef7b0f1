// One try, and the exit status: 0 done, 1 failed, 2 bad usage or input, 130 interrupted.
// SPDX-License-Identifier: MIT
#include <exception>
#include <new>
#include <string>

#include "gradscape/error.hpp"
#include "gradscape/internal/notice.hpp"
#include "gradscape/stop.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/interrupts.hpp"

namespace {

int fail(int status, const std::string& message) {
    gradscape::notice("error: " + message);
    return status;
}

}  // namespace

int main(int argc, char** argv) {
    const gradscape::StopScope stop(gradscape::cli::catch_interrupts());
    try {
        gradscape::cli::run_command_line(argc, argv);
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
