# SPDX-License-Identifier: MIT
"""Colours, marks, and figures as bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, TypedDict

import numpy as np

from . import _core, _names


class ColorOptions(TypedDict, total=False):
    """How a field becomes colours; what is left out is the field's own."""

    palette: str
    """``viridis``, ``magma``, ``inferno``, ``cividis``, ``turbo``, ``gray``."""
    style: str
    """``bands`` of one colour between levels, or ``smooth``."""
    levels: int
    """Number of levels, 2 to 250, one more than there are bands."""
    scale: str
    """``log``, ``linear``, ``symlog``: how the levels lie between the first and the last."""
    range: tuple[float, float]
    """First and last level, as on the colour bar, which shows loss + 1."""


class Colors:
    """From a value to a colour, as every picture of the engine has it.

    A value's index is the number of thresholds below it; what is not finite has the last colour.
    """

    __slots__ = ("_core",)

    def __init__(self, field: int, training: Any, options: Any) -> None:
        given = dict(options)
        palette = _names.optional_number(given.pop("palette", None), "palette", _core.palettes)
        style = _names.optional_number(given.pop("style", None), "style", _core.styles)
        scale = _names.optional_number(given.pop("scale", None), "scale", _core.scales)
        levels = given.pop("levels", None)
        span = given.pop("range", None)
        if given:
            raise TypeError(f"unexpected keyword argument '{next(iter(given))}'")
        if span is not None:
            span = _names.ends("range", span)
            if not span[0] < span[1]:
                raise ValueError(f"range {span}: the low end must be less than the high end")
        iterations = 500 if training is None else training.as_dict()["iterations"]
        self._core = _core.Colors(field, palette, style, levels, scale, span, iterations)

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


class Figure(bytes):
    """The bytes of a figure's file, which a notebook shows."""

    format: str

    @classmethod
    def of(cls, content: bytes, format: str) -> Figure:
        figure = cls(content)
        figure.format = format
        return figure

    def _repr_png_(self) -> bytes | None:
        return bytes(self) if self.format == "png" else None

    def _repr_svg_(self) -> str | None:
        return self.decode() if self.format == "svg" else None

    def _repr_pdf_(self) -> bytes | None:
        return bytes(self) if self.format == "pdf" else None

    def __repr__(self) -> str:
        return f"<gradscape.Figure: {self.format}, {len(self)} bytes>"


def figure_of(
    make: Callable[..., bytes | None], path: str | os.PathLike[str] | None, format: str, *more: Any
) -> Figure | None:
    """What the engine makes: a file, or bytes."""
    made = make(format, "" if path is None else os.fspath(path), *more)
    return None if made is None else Figure.of(made, format)


def marks_of(mark: Iterable[Any], point: tuple[float, float] | None) -> list[tuple[Any, ...]]:
    marks: list[tuple[Any, ...]] = [] if point is None else [point]
    for each in mark:
        try:
            w_x, w_rec, *color = each
            marks.append((float(w_x), float(w_rec), *map(str, color)))
        except (TypeError, ValueError):
            raise ValueError(
                f"mark {each!r}: (w_x, w_rec) or (w_x, w_rec, colour) is wanted, a list of them"
            ) from None
        if len(color) > 1:
            raise ValueError(f"mark {each!r}: one colour is wanted")
    return marks


def path_of(trajectory: Any) -> np.ndarray | None:
    """The points of a run, or of an array."""
    if trajectory is None:
        return None
    iterates = getattr(trajectory, "_iterates", None)
    return iterates if iterates is not None else _names.numbers(trajectory, "trajectory")
