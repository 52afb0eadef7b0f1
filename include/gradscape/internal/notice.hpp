// Words for people: every error and every notice leaves through here, as one line that a terminal
// and a log can take.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace gradscape {

/// The text with all that is not printable UTF-8 escaped: `\n`, `\r`, `\t`, and `\x86` for every
/// other control byte and every byte that is no UTF-8. It holds no newline and no NUL then;
/// escaping it again changes nothing.
std::string printable(std::string_view text);

/// `gradscape: TEXT` as one line on standard error.
void notice(std::string_view text);

}  // namespace gradscape
