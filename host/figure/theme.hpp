// The inks of a finished scene, as the ground wants them.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/figure/scene.hpp"

namespace gradscape::figure {

Rgb ground_of(Theme theme);

/// Ink, faint ink and the ink of grids are replaced; what lies on a picture, in black and white,
/// stays.
/// The colour, or the next one to it where it is one of the inks, which themes change.
Rgb kept(Rgb color);

void apply_theme(Scene& scene, Theme theme);

}  // namespace gradscape::figure
