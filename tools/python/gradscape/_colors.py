# SPDX-License-Identifier: MIT
"""Colours."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

import numpy as np

from . import _core, _names


class ColorOptions(TypedDict, total=False):
    """How a field becomes colours. What is left out is the field's own for the article's data and
    the linear cell, where that shows something, and follows from the surface's own values otherwise."""

    palette: str | os.PathLike[str] | Sequence[str]
    """``viridis``, ``magma``, ``inferno``, ``cividis``, ``turbo``, ``gray``, ``rdbu``; ``NAME_r`` is
    NAME the other way round. A file of colours, or a list of them as ``#rrggbb``, are your own."""
    style: str
    """``bands`` of one colour between levels, or ``smooth``."""
    levels: int
    """Number of levels, 2 to 250, one more than there are bands."""
    scale: str
    """``log``, ``linear``, ``symlog``, ``rank``: how the levels lie between the first and the last.
    ``symlog:X`` is linear from -X to X; ``rank`` puts equally many cells between any two levels."""
    range: tuple[float, float] | Literal["auto"]
    """First and last level, as on the colour bar, which shows loss + 1; ``auto``: by quantiles of
    the surface's own values."""


def _palette_text(palette: Any) -> str | None:
    """As the command line has it."""
    if palette is None:
        return None
    if isinstance(palette, str):
        return _names.text(palette, "palette")
    if isinstance(palette, os.PathLike):
        return os.path.join(".", _names.path(palette))
    try:
        return ",".join(palette)
    except TypeError:
        raise ValueError(f"palette {palette!r}: a name, a file or a list of #rrggbb is wanted") from None


def _range_of(span: Any) -> Any:
    if span is None or (isinstance(span, str) and span == "auto"):
        return span
    low, high = _names.ends("range", span)
    if not low < high:
        raise ValueError(f"range {span}: the low end must be less than the high end")
    return low, high


def color_options(given: Mapping[str, Any]) -> _core.ColorOptions:
    """What is asked for, checked."""
    options = dict(given)
    palette = _palette_text(options.pop("palette", None))
    style = _names.optional_number(options.pop("style", None), "style", _core.styles)
    levels = options.pop("levels", None)
    if levels is not None:
        levels = _names.whole(levels, "levels", 2, 250)
    scale = options.pop("scale", None)
    if scale is not None:
        scale = _names.text(scale, "scale")
    span = _range_of(options.pop("range", None))
    if options:
        raise TypeError(f"unexpected keyword argument '{next(iter(options))}'")
    return _core.color_options(palette, style, levels, scale, span)


class Colors:
    """From a value to a colour, as every picture of the engine has it.

    A value's index is the number of thresholds below it; what is not finite has the last colour.
    """

    __slots__ = ("_core",)

    def __init__(self, core: _core.ColorMap) -> None:
        self._core = core

    @property
    def levels(self) -> np.ndarray:
        """Of what the colour bar shows: the value + :attr:`offset`."""
        return self._core.levels()

    @property
    def offset(self) -> float:
        return self._core.offset

    @property
    def thresholds(self) -> np.ndarray:
        """Of the values themselves, ascending."""
        return self._core.thresholds()

    @property
    def colors(self) -> np.ndarray:
        """(n, 3) array of uint8: below the first level, the bands, above the last, not finite."""
        return self._core.colors()

    def index(self, values: Any) -> np.ndarray:
        """The index of each value's colour, uint8."""
        values = np.asarray(values, np.float64)
        thresholds = self.thresholds
        index = np.searchsorted(thresholds, values, side="left")
        finite = np.isfinite(values)
        if self._core.minus_infinity_is_lowest:
            finite |= np.isneginf(values)
        return np.where(finite, index, len(thresholds) + 1).astype(np.uint8)
