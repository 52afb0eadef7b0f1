// SPDX-License-Identifier: MIT
#include "tools/common/suggestion.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace gradscape::cli {
namespace {

constexpr std::size_t longest_word = 64;  // longer ones are no typing errors, and cost the square

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

template <class Name>
std::string suggest(std::string_view word, std::span<const Name> names) {
    if (word.empty() || word.size() > longest_word) return {};
    const std::string wanted = lower_case(word);
    std::string_view best;
    std::size_t least = std::max<std::size_t>(wanted.size(), 3) / 3 + 1;
    std::vector<std::string_view> longer;
    for (const std::string_view name : names) {
        const auto [shorter, other] = std::minmax({wanted.size(), name.size()});
        if (other - shorter < least) {  // each letter more is an edit
            const std::size_t edits = edit_distance(wanted, lower_case(name));
            if (edits < least) best = name;
            least = std::min(least, edits);
        }
        if (wanted.size() > 1 && name.starts_with(wanted)) longer.push_back(name);
    }
    if (best.empty() && longer.size() == 1) best = longer.front();
    return best.empty() ? std::string() : "; did you mean " + std::string(best) + "?";
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Row i holds the distances of the first i letters of `a` to every beginning of `b`.
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), next(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            next[j] = std::min({replaced, last[j] + 1, next[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(next);
    }
    return last[b.size()];
}

std::string did_you_mean(std::string_view word, std::span<const std::string> names) {
    return suggest(word, names);
}
std::string did_you_mean(std::string_view word, std::span<const std::string_view> names) {
    return suggest(word, names);
}

}  // namespace gradscape::cli
