// A point of the plane (w_x, w_rec).
// SPDX-License-Identifier: MIT
#pragma once

namespace gradscape {

struct Weights {
    double wx = 0, wrec = 0;
    bool operator==(const Weights&) const = default;
};

}  // namespace gradscape
