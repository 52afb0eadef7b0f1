// SPDX-License-Identifier: MIT
#include "gradscape/interrupt.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>

#include "gradscape/error.hpp"

namespace gradscape {
namespace {

/// Runs in a process of its own: status 0 when the first signal unwinds as an exception.
void raise_once(int signal) {
    catch_interrupts();
    check_interrupt();
    raise(signal);
    try {
        check_interrupt();
    } catch (const Interrupted&) {
        std::exit(0);
    }
    std::exit(1);
}

TEST(Interrupt, IsAnExceptionAtTheNextCheck) {
    EXPECT_EXIT(raise_once(SIGINT), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(raise_once(SIGTERM), ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(raise_once(SIGHUP), ::testing::ExitedWithCode(0), "");
}

TEST(Interrupt, TheSecondSignalEndsTheProcess) {
    EXPECT_EXIT(
        {
            catch_interrupts();
            raise(SIGINT);
            raise(SIGINT);
        },
        ::testing::KilledBySignal(SIGINT), "");
}

TEST(Interrupt, LeavesAnIgnoredSignalIgnored) {
    EXPECT_EXIT(
        {
            signal(SIGHUP, SIG_IGN);
            catch_interrupts();
            raise(SIGHUP);
            std::exit(interrupted() ? 1 : 0);
        },
        ::testing::ExitedWithCode(0), "");
}

TEST(Interrupt, CanBeRequestedAndCleared) {
    request_interrupt();
    EXPECT_TRUE(interrupted());
    EXPECT_THROW(check_interrupt(), Interrupted);
    clear_interrupt();
    EXPECT_NO_THROW(check_interrupt());
}

}  // namespace
}  // namespace gradscape
