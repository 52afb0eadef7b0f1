# SPDX-License-Identifier: MIT
"""Surfaces in matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap, Normalize

if TYPE_CHECKING:
    from ._colors import Colors
    from ._surface import Surface


class ThresholdNorm(Normalize):
    """The place of a value's band among the bands. A value on a threshold belongs to the band below,
    unlike BoundaryNorm's, so that pictures are the engine's, cell by cell."""

    def __init__(self, thresholds: np.ndarray) -> None:
        super().__init__(vmin=float(thresholds[0]), vmax=float(thresholds[-1]))
        self.thresholds = thresholds

    def __call__(self, value: Any, clip: bool | None = None) -> Any:
        values, is_scalar = self.process_value(value)
        raw = np.ma.getdata(values).astype(np.float64)
        band = np.searchsorted(self.thresholds, raw, side="left") - 1
        hidden = np.ma.getmaskarray(values) | ~np.isfinite(raw)
        # As parts of the whole: all bands are as high, and a colour bar shows them so. The edges of
        # a band stay inside it.
        last = len(self.thresholds) - 2
        inner = np.clip(band, 0, last)
        low, high = self.thresholds[inner], self.thresholds[inner + 1]
        with np.errstate(invalid="ignore", over="ignore"):
            within = np.clip((raw - low) / (high - low), 1e-6, 1 - 1e-6)
        parts = (inner + within) / (last + 1)
        parts[band < 0] = -1
        parts[raw == self.thresholds[0]] = -1e-9  # below, too, and where the bar begins
        parts[band > last] = 2
        bands = np.ma.masked_array(parts, mask=hidden)
        return bands[0] if is_scalar else bands

    def inverse(self, value: Any) -> Any:
        levels = np.linspace(0, 1, len(self.thresholds))
        return np.interp(np.asarray(value, np.float64), levels, self.thresholds)


def _ticks(colors: Colors) -> tuple[np.ndarray, list[str]]:
    """Up to eight of the levels."""
    levels = colors.levels
    step = max(1, (len(levels) - 1) // 7)
    return colors.thresholds[::step], [f"{level:.3g}" for level in levels[::step]]


def plot(surface: Surface, field: str, colors: Colors, ax: Any) -> Any:
    if ax is None:
        _, ax = plt.subplots()
    elif not hasattr(ax, "imshow"):
        raise ValueError(f"ax: one of matplotlib's axes is wanted, not {type(ax).__name__}")
    all_colors = colors.colors / 255
    cmap = ListedColormap(all_colors[1:-2]).with_extremes(
        under=all_colors[0], over=all_colors[-2], bad=all_colors[-1]
    )
    values = surface[field]
    if colors._core.minus_infinity_is_lowest:
        values = np.where(np.isneginf(values), np.finfo(values.dtype).min, values)
    image = ax.imshow(
        values,
        cmap=cmap,
        norm=ThresholdNorm(colors.thresholds),
        origin="lower",
        extent=_extent(surface),
        aspect="auto",
        interpolation="nearest",
    )
    ax.set_xlabel("$w_x$")
    ax.set_ylabel("$w_{rec}$")
    places, labels = _ticks(colors)
    bar = ax.figure.colorbar(image, ax=ax, extend="both", spacing="uniform", ticks=places)
    bar.ax.set_yticklabels(labels)
    offset = f" + {colors.offset:g}" if colors.offset else ""
    bar.set_label(field.replace("_", "-") + offset)
    return image


def _extent(surface: Surface) -> tuple[float, float, float, float]:
    """Cells are centred at their points."""
    ends: list[float] = []
    for axis in (surface.w_x, surface.w_rec):
        half = (axis[-1] - axis[0]) / (len(axis) - 1) / 2 if len(axis) > 1 else 0.5
        ends += [float(axis[0] - half), float(axis[-1] + half)]
    return ends[0], ends[1], ends[2], ends[3]
