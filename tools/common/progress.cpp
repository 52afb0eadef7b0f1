// Drawing of the progress bar and lines.
// SPDX-License-Identifier: MIT
#include "tools/common/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "gradscape/internal/counted.hpp"

namespace gradscape::cli {
namespace {

constexpr auto draw_interval = std::chrono::milliseconds(100);
constexpr std::size_t bar_width = 24;

double part_of(std::uint64_t done, std::uint64_t total) {
    return total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1.0;
}

}  // namespace

std::string clock_text(double seconds) {
    const auto whole = static_cast<std::uint64_t>(std::min(std::ceil(seconds), 3.6e6));
    if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string progress_text(std::uint64_t done, std::uint64_t total, double seconds,
                          std::uint64_t bytes_written, std::uint64_t before) {
    const double part = part_of(done, total);
    const double rate = seconds > 0 ? static_cast<double>(done - before) / seconds : 0;
    std::string text =
        fmt::format("{:3.0f} %  {}  {}", std::floor(part * 100), with_prefix(rate, "cells/s"),
                    with_prefix(static_cast<double>(bytes_written), "B"));
    if (done > before && done < total)
        text += "  ETA " + clock_text(seconds * static_cast<double>(total - done) /
                                      static_cast<double>(done - before));
    return text;
}

Progress::Progress(Verbosity verbosity, std::uint64_t total, std::uint64_t before)
    : Progress(verbosity, total, stderr, isatty(STDERR_FILENO) == 1, before) {}

Progress::Progress(Verbosity verbosity, std::uint64_t total, std::FILE* stream, bool is_terminal,
                   std::uint64_t before)
    : stream_(stream),
      bar_(is_terminal && verbosity != Verbosity::quiet),
      lines_(!is_terminal && verbosity == Verbosity::verbose),
      total_(total),
      before_(before),
      tenths_(static_cast<std::uint64_t>(part_of(before, total) * 10)),
      // Runs shorter than this show no bar at all.
      next_draw_(start_ + 3 * draw_interval) {}

Progress::~Progress() {
    if (bar_drawn_) std::fputs("\r\x1b[K", stream_);
    std::fflush(stream_);
}

void Progress::update(std::uint64_t done, std::uint64_t bytes_written) {
    if (!bar_ && !lines_) return;
    const auto now = Clock::now();
    if (bar_) draw_bar(done, bytes_written, now);
    if (lines_) print_tenths(done, bytes_written, now);
}

std::string Progress::text(std::uint64_t done, std::uint64_t bytes_written,
                           Clock::time_point now) const {
    const double seconds = std::chrono::duration<double>(now - start_).count();
    return progress_text(done, total_, seconds, bytes_written, before_);
}

void Progress::draw_bar(std::uint64_t done, std::uint64_t bytes_written, Clock::time_point now) {
    if (now < next_draw_) return;
    next_draw_ = now + draw_interval;
    const auto filled = static_cast<std::size_t>(part_of(done, total_) * bar_width);
    fmt::print(stream_, "\r[{:.<{}}] {}\x1b[K", std::string(filled, '#'), bar_width,
               text(done, bytes_written, now));
    std::fflush(stream_);
    bar_drawn_ = true;
}

void Progress::print_tenths(std::uint64_t done, std::uint64_t bytes_written,
                            Clock::time_point now) {
    const auto tenths = static_cast<std::uint64_t>(part_of(done, total_) * 10);
    if (tenths <= tenths_) return;
    tenths_ = tenths;
    fmt::print(stream_, "{}\n", text(done, bytes_written, now));
    std::fflush(stream_);
}

}  // namespace gradscape::cli
