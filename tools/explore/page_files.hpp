// The page's files, which cmake/GradscapePage.cmake puts into the program.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gradscape::explore {

struct PageFile {
    std::string_view name;  ///< empty for index.html
    std::string_view type;
    std::span<const std::string_view> parts;

    std::string content() const;
};

/// Exactly this name, or null.
const PageFile* find_page_file(std::string_view name);
std::span<const PageFile> page_files();

}  // namespace gradscape::explore
