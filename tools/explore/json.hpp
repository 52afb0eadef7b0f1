// JSON replies.
// SPDX-License-Identifier: MIT
#pragma once

#include "tools/common/common_options.hpp"
#include "tools/explore/response.hpp"

namespace gradscape::explore {

using cli::json_number;

inline void write_json(Response& response, const cli::Json& json) {
    response.type = "application/json";
    response.write(cli::json_text(json));
}

}  // namespace gradscape::explore
