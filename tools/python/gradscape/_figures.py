# SPDX-License-Identifier: MIT
"""Figures: their page, what is drawn over them, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

import numpy as np

from . import _core, _names
from ._colors import ColorOptions, color_options


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


class PageOptions(TypedDict, total=False):
    """How large a figure is, and on what ground."""

    width: float | str
    """In inches, or with a unit: ``3.5in``, ``89mm``, ``8.9cm``, ``252pt``, ``1050px``. Without it
    as the content asks."""
    height: float | str
    """Likewise."""
    dpi: float
    """Pixels an inch, of a PNG and of the heatmap in an SVG or a PDF; 144."""
    title: str
    """Instead of the one that the figure has; empty for none."""
    theme: str
    """``light`` or ``dark``."""


class FigureOptions(ColorOptions, PageOptions, total=False):
    """Colours and page of a figure."""


def page_options(given: Mapping[str, Any]) -> dict[str, str]:
    """As the command line has them."""
    options: dict[str, str] = {}
    for name, value in given.items():
        if name not in PageOptions.__annotations__:
            raise TypeError(f"unexpected keyword argument '{name}'")
        if value is not None:
            options[name] = _names.text(str(value), name)
    return options


def split_options(given: Mapping[str, Any]) -> tuple[_core.ColorOptions, dict[str, str]]:
    """Colours and page."""
    page = {name: value for name, value in given.items() if name in PageOptions.__annotations__}
    return color_options({n: v for n, v in given.items() if n not in page}), page_options(page)


_FORMATS = ("png", "svg", "pdf")


def destination(format: str | None, path: str | os.PathLike[str] | None) -> tuple[str, str]:
    """As the engine has it: without a path, bytes in that format. A path's extension says which."""
    if format is not None:
        _names.optional_number(format, "format", _FORMATS)
    if path is None:
        return format or "png", ""
    name = _names.path(path)
    if format is not None and os.path.splitext(name)[1][1:].lower() != format:
        raise ValueError(f"format {format}: not what '{name}' ends with; leave out one of them")
    return format or "", name


def figure_of(
    make: Callable[..., bytes | None],
    path: str | os.PathLike[str] | None,
    format: str | None,
    page: Mapping[str, Any],
    *more: Any,
) -> Figure | None:
    """What the engine makes: a file, or bytes."""
    format, file = destination(format, path)
    made = make(format, file, page_options(page), *more)
    return None if made is None else Figure.of(made, format)


def marks_of(mark: Iterable[Any], point: tuple[float, float] | None) -> list[tuple[Any, ...]]:
    marks: list[tuple[Any, ...]] = [] if point is None else [point]
    try:
        given = [tuple(each) for each in mark]
    except TypeError:
        raise ValueError(
            f"mark {mark!r}: (w_x, w_rec) or (w_x, w_rec, colour) is wanted, a list of them"
        ) from None
    for each in given:
        if len(each) not in (2, 3):
            raise ValueError(f"mark {each!r}: (w_x, w_rec) or (w_x, w_rec, colour) is wanted")
        color = (_names.text(str(part), "mark") for part in each[2:])
        marks.append((*_names.point("mark", each[:2]), *color))
    return marks


def _columns(value: Any) -> tuple[str, ...]:
    """Of a structured array, such as a run's path."""
    return getattr(getattr(value, "dtype", None), "names", None) or ()


def _is_one_path(value: Any) -> bool:
    return (
        hasattr(value, "_iterates")
        or isinstance(value, (str, os.PathLike))
        or bool(_columns(value))
    )


def _named(trajectory: Any, name: str) -> tuple[str, Any]:
    """A run goes by its optimiser, a file by its own name, an array by where it is in the list."""
    if isinstance(trajectory, (str, os.PathLike)):
        return "", _names.path(trajectory)
    iterates = getattr(trajectory, "_iterates", None)
    if iterates is not None:
        return trajectory.parameters["optimizer"], iterates
    columns = _columns(trajectory)
    if columns:
        if not {"w_x", "w_rec"} <= set(columns):
            raise ValueError(f"trajectory: fields w_x and w_rec are wanted, not {', '.join(columns)}")
        trajectory = np.stack([trajectory["w_x"], trajectory["w_rec"]], axis=-1)
    return name, _names.numbers(trajectory, "trajectory")


def paths_of(trajectory: Any) -> list[tuple[str, Any]]:
    """Names with files or points, of one trajectory, a list of them, or names and trajectories."""
    if trajectory is None:
        return []
    if isinstance(trajectory, Mapping):
        return [(_names.text(str(name), "trajectory"), _named(each, "")[1]) for name, each in trajectory.items()]
    several = isinstance(trajectory, (list, tuple)) and any(
        _is_one_path(each) or np.ndim(each) == 2 for each in trajectory
    )
    if not several:
        return [_named(trajectory, "path")]
    return [_named(each, f"path {number + 1}") for number, each in enumerate(trajectory)]
