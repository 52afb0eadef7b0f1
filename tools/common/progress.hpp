// How far a long run is: a bar on a terminal, one line per 10 % elsewhere when verbose, or nothing.
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace gradscape::cli {

enum class Verbosity : std::uint8_t { quiet, normal, verbose };

class Progress {
public:
    /// Total and done count cells; `before` were done by an earlier run. On standard error a bar
    /// when it is a terminal.
    Progress(Verbosity verbosity, std::uint64_t total, std::uint64_t before = 0);
    Progress(Verbosity verbosity, std::uint64_t total, std::FILE* stream, bool is_terminal,
             std::uint64_t before = 0);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();  ///< wipes the bar, so that the next message stands alone

    /// Cheap; draws at most ten times a second.
    void update(std::uint64_t done, std::uint64_t bytes_written);

private:
    using Clock = std::chrono::steady_clock;
    void draw_bar(std::uint64_t done, std::uint64_t bytes_written, Clock::time_point now);
    void print_tenths(std::uint64_t done, std::uint64_t bytes_written, Clock::time_point now);
    std::string text(std::uint64_t done, std::uint64_t bytes_written, Clock::time_point now) const;

    std::FILE* stream_;
    bool bar_, lines_;
    bool bar_drawn_ = false;
    std::uint64_t total_, before_, tenths_;
    Clock::time_point start_ = Clock::now(), next_draw_;
};

/// `0:12`, or with hours.
std::string clock_text(double seconds);

/// `42 %  3.95 Gcells/s  1.23 GB  ETA 0:12`; the rate is that of the cells done after `before`.
std::string progress_text(std::uint64_t done, std::uint64_t total, double seconds,
                          std::uint64_t bytes_written, std::uint64_t before = 0);

}  // namespace gradscape::cli
