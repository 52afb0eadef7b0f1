// SPDX-License-Identifier: MIT
#include "tools/common/program.hpp"

#include <unistd.h>

#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "gradscape/error.hpp"
#include "gradscape/internal/notice.hpp"
#include "gradscape/stop.hpp"
#include "tools/common/all_ranks.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/interrupts.hpp"

namespace gradscape::cli {
namespace {

/// The status and the error, which is empty where there was none.
std::pair<int, std::string> outcome_of(int argc, const char* const* argv) {
    try {
        join_ranks();
        run_command_line(argc, argv);
        return {0, {}};
    } catch (const InputError& error) {
        return {2, error.what()};
    } catch (const Interrupted& error) {
        return {130, error.what()};
    } catch (const std::bad_alloc&) {
        return {1, "out of memory"};
    } catch (const std::exception& error) {
        return {1, error.what()};
    }
}

/// For what no handler can catch, such as memory that runs out in the destructor of a large JSON
/// value: one line, too, and nothing under a final name, which files get when they are complete.
[[noreturn]] void end_at_once() noexcept {
    const auto say = [](const char* text) {
        [[maybe_unused]] const auto written = write(STDERR_FILENO, text, std::strlen(text));
    };
    say("gradscape: error: ");
    try {
        if (const std::exception_ptr current = std::current_exception())
            std::rethrow_exception(current);
        say("ended for no known reason");
    } catch (const std::bad_alloc&) {
        say("out of memory");
    } catch (const std::exception& error) {
        say(error.what());
    } catch (...) {
        say("ended by an unknown exception");
    }
    say("\n");
    _exit(1);
}

}  // namespace

int run_program(int argc, const char* const* argv) {
    std::set_terminate(end_at_once);
    const StopScope stop(catch_interrupts());
    const auto [status, error] = outcome_of(argc, argv);
    try {
        if (status != 0 && speaks_for_all()) notice("error: " + error);
    } catch (const std::exception&) {  // who cannot be told gets the status still
    }
    return end_ranks(status, error);
}

}  // namespace gradscape::cli
