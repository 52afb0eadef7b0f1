// JSON replies. JSON has no infinities: they are the words "inf", "-inf" and "nan".
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <cmath>

#include "tools/common/common_options.hpp"
#include "tools/explore/response.hpp"

namespace gradscape::explore {

inline cli::Json json_number(double value) {
    return std::isfinite(value) ? cli::Json(value) : cli::Json(fmt::format("{}", value));
}

inline void write_json(Response& response, const cli::Json& json) {
    response.type = "application/json";
    response.write(cli::json_text(json));
}

}  // namespace gradscape::explore
