// SPDX-License-Identifier: MIT
#include "tools/explore/page_files.hpp"

#include <algorithm>

#ifdef GRADSCAPE_PAGE_FOLDER
#include <fstream>
#include <iterator>
#endif

namespace gradscape::explore {

#ifdef GRADSCAPE_PAGE_FOLDER  // for who works at the page: as it is on the disk now
std::string PageFile::content() const {
    const std::string file = name.empty() ? "index.html" : std::string(name);
    std::ifstream stream(GRADSCAPE_PAGE_FOLDER "/" + file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}
#else
std::string PageFile::content() const {
    std::string all;
    for (const std::string_view part : parts) all += part;
    return all;
}
#endif

const PageFile* find_page_file(std::string_view name) {
    const auto files = page_files();
    const auto found = std::ranges::find(files, name, &PageFile::name);
    return found == files.end() ? nullptr : &*found;
}

}  // namespace gradscape::explore
