// Sizes (in points) and inks shared by all figures.
// SPDX-License-Identifier: MIT
#pragma once

#include "gradscape/palette.hpp"

namespace gradscape::figure {

inline constexpr double tick_text = 9, label_text = 10.5, title_text = 12, legend_text = 9.5;
inline constexpr double page_margin = 10;
inline constexpr double panel_side = 320;  ///< twice as many pixels in a PNG
inline constexpr double tick_length = 4, minor_tick_length = 2.2, tick_pad = 3, label_pad = 5;
inline constexpr double frame_width = 0.8;
inline constexpr double halo_width = 2.2;  ///< around texts within a picture

inline constexpr Rgb ink = rgb(0x1a1a1a), faint_ink = rgb(0x5a5a5a), grid_ink = rgb(0xe4e4e4);
inline constexpr Rgb white = rgb(0xffffff), black = rgb(0x000000);

}  // namespace gradscape::figure
