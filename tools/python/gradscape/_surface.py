# SPDX-License-Identifier: MIT
"""Surfaces: fields over the plane of the weights."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core, _names
from ._colors import ColorOptions, Colors, color_options
from ._figures import Figure, FigureOptions, destination, marks_of, paths_of, split_options
from ._model import Model
from ._training import is_trained, options_of

if TYPE_CHECKING:
    import xarray
    from typing_extensions import Unpack

_KINDS = {name: number for number, name in enumerate(_core.output_kinds)}


class Surface:
    """Fields of a model over a grid of its two weights, as arrays.

    An attribute for each field that was asked for, ``loss``, ``grad_wx``, ``grad_wrec``,
    ``grad_norm``, ``log10_loss``, ``sharpness``, ``curvature_min``, ``condition``, ``train_loss``,
    ``train_steps``, ``train_wx``, ``train_wrec``: an array of shape (rows, columns) in C order,
    whose row 0 is the lowest w_rec, and which is the engine's memory itself. It is a mapping of
    them, too: ``surface["grad-wx"]``, ``dict(surface)``. In a notebook a surface shows itself as a
    figure.
    """

    __slots__ = ("model", "_view", "_recipe", "_values", "_arrays", "__weakref__")

    model: Model
    """What it is of."""

    if TYPE_CHECKING:
        loss: np.ndarray
        grad_wx: np.ndarray
        grad_wrec: np.ndarray
        grad_norm: np.ndarray
        log10_loss: np.ndarray
        sharpness: np.ndarray
        curvature_min: np.ndarray
        condition: np.ndarray
        train_loss: np.ndarray
        train_steps: np.ndarray
        train_wx: np.ndarray
        train_wrec: np.ndarray

    def __init__(
        self,
        model: Model,
        view: _core.View,
        recipe: tuple[Any, ...],
        values: _core.Values | None,
    ) -> None:
        self.model = model
        self._view = view
        self._recipe = recipe
        self._values = values
        self._arrays: dict[int, np.ndarray] = {}

    # What it has.

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its fields, as attributes have them."""
        return tuple(_names.FIELD_NAMES[number] for number in self._recipe[6])

    @property
    def w_x(self) -> np.ndarray:
        """The grid's w_x, a number a column; both ends of the range are among them."""
        return _core.axis(*self._recipe[0:3])

    @property
    def w_rec(self) -> np.ndarray:
        """The grid's w_rec, a number a row."""
        return _core.axis(*self._recipe[3:6])

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)"""
        return self._recipe[5], self._recipe[2]

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of all its fields: float32 or float64."""
        return np.dtype(np.float64 if self._view.double else np.float32)

    @property
    def method(self) -> str:
        """How it was evaluated: ``bptt`` or ``rows``."""
        return self._view.method_used(self.model._core)

    def _field(self, number: int) -> np.ndarray:
        array = self._arrays.get(number)
        if array is None:
            if number not in self._recipe[6]:
                name = _names.FIELD_NAMES[number]
                raise AttributeError(
                    f"this surface has no {name}, only {', '.join(self.fields)}; "
                    f"ask for it with fields="
                )
            assert self._values is not None
            array = self._arrays[number] = self._values.array(number)
        return array

    def __getitem__(self, field: str) -> np.ndarray:
        """A field by its name, ``surface["grad-wx"]``."""
        try:
            return self._field(_names.field_number(field))
        except (AttributeError, ValueError) as error:
            raise KeyError(str(error)) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self._recipe[6])

    def __contains__(self, field: object) -> bool:
        try:
            return _names.field_number(field) in self._recipe[6]  # type: ignore[arg-type]
        except ValueError:
            return False

    def keys(self) -> tuple[str, ...]:
        """As a mapping has it: the names of the fields."""
        return self.fields

    def values(self) -> list[np.ndarray]:
        """The arrays of the fields."""
        return [self[name] for name in self.fields]

    def items(self) -> list[tuple[str, np.ndarray]]:
        """(name, array) of each field."""
        return [(name, self[name]) for name in self.fields]

    def get(self, field: str, default: Any = None) -> Any:
        """The field's array, or the default where the surface has none of that name."""
        return self[field] if field in self else default

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        raise TypeError(f"a surface has arrays, {', '.join(self.fields)}, and is none")

    def to_xarray(self) -> xarray.Dataset:
        """An xarray.Dataset with the coordinates w_rec and w_x; the same memory."""
        import xarray

        return xarray.Dataset(
            {name: (("w_rec", "w_x"), self[name]) for name in self.fields},
            coords={"w_rec": self.w_rec, "w_x": self.w_x},
            attrs={
                "cell": self.model.cell,
                "backend": self.model.backend,
                "method": self.method,
            },
        )

    # How it looks.

    def colors(self, field: str | None = None, **options: Unpack[ColorOptions]) -> Colors:
        """The field's colours, as all its pictures have them.

        Parameters
        ----------
        palette : str, path or list of str, optional
            ``viridis``, ``magma``, ..., ``NAME_r`` for NAME the other way round, a file of colours,
            or a list of them as ``#rrggbb``.
        style : {"bands", "smooth"}, optional
        levels : int, optional
        scale : str, optional
            ``log``, ``linear``, ``symlog``, ``symlog:X``, ``rank``.
        range : (low, high) or "auto", optional
            First and last level, as on the colour bar, which shows loss + 1; ``auto`` takes them from
            the surface's own values, and so does leaving it out, but for the article's data and the
            linear cell, which have the article's where that shows something.
        """
        model, view, precision, chosen = self._asked(field)
        return Colors(
            _core.colors_of(model, view, precision, chosen, color_options(options), 0)
        )

    def png(self, field: str | None = None, **options: Unpack[ColorOptions]) -> bytes:
        """The bytes of ``save("x.png")``: a heatmap with a pixel a cell, w_rec upwards."""
        picture = self._picture("", _KINDS["png"], field, options)
        assert picture is not None
        return picture

    def figure(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        format: str | None = None,
        field: str | None = None,
        samples: int = 1,
        mark: Iterable[Any] = (),
        valley: bool = False,
        trajectory: Any = None,
        contours: bool = False,
        arrows: bool = False,
        panel_size: int | tuple[int, int] | None = None,
        threads: int | None = None,
        **options: Unpack[FigureOptions],
    ) -> Figure | None:
        """The field with axes, colour bar and overlays, evaluated at the figure's own resolution.

        Parameters
        ----------
        path : path, optional
            The file, .png, .svg or .pdf; without it the bytes are returned, in ``format``.
        format : {"png", "svg", "pdf"}, optional
            Of the bytes, png without it.
        field : str, optional
            Which; the first that there is.
        samples : int
            Anti-aliasing: samples x samples a pixel, 1 to 16.
        mark : list of (w_x, w_rec) or (w_x, w_rec, colour)
            Points, in the article's colours where none is named. The point of a model's ``rnn`` is
            marked besides.
        valley : bool
            The best w_x of every w_rec as a line (linear cell).
        trajectory : optional
            Training paths: a Run, a file that ``Run.save`` wrote, an (n, 2) array_like, a list of
            these, or a dict of them by the names that the legend shows.
        contours : bool
            Lines, with labels, where the field has the values that the colour bar names.
        arrows : bool
            Arrows along the steepest descent of the loss, longer where it is steeper.
        panel_size : (columns, rows) or int, optional
            Cells that the panel shows; as many as it has pixels without it.
        threads : int, optional
            All that there are, without it.
        width, height : float or str, optional
            Inches, or with a unit: ``3.5in``, ``89mm``, ``8.9cm``, ``252pt``, ``1050px``.
        dpi : float
            Pixels an inch; 144.
        title : str, optional
            Instead of the one that the figure has; empty for none.
        theme : {"light", "dark"}
        palette, style, levels, scale, range
            As in :meth:`colors`.
        """
        colors, page = split_options(options)
        overlays = {
            "samples": _names.whole(samples, "samples", 1, 16),
            "mark": marks_of(mark, self.model.point),
            "valley": _names.flag(valley, "valley"),
            "trajectory": paths_of(trajectory),
            "contours": _names.flag(contours, "contours"),
            "arrows": _names.flag(arrows, "arrows"),
            "panel_size": None
            if panel_size is None
            else _names.columns_and_rows(panel_size, "panel_size"),
        }
        format, file = destination(format, path)
        bytes_or_none = _core.surface_figure(
            format,
            file,
            *self._asked(field),
            colors,
            overlays,
            page,
            _names.thread_count(threads),
        )
        return None if bytes_or_none is None else Figure.of(bytes_or_none, format)

    def _repr_png_(self) -> bytes:
        rows, columns = self.shape
        # To train from every pixel would take far longer than all that there is to show took.
        size = (min(columns, 8192), min(rows, 8192)) if is_trained([self._recipe[10]]) else None
        try:
            figure = self.figure(panel_size=size)
        except OSError as error:
            if "Cairo" not in str(error):
                raise
            return self.png()  # a heatmap needs none
        assert figure is not None
        return figure

    def plot(self, ax: Any = None, field: str | None = None, **options: Unpack[ColorOptions]) -> Any:
        """Draws the field with matplotlib, in the engine's exact bands, with its colour bar.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to; a new figure's without it.

        Returns
        -------
        matplotlib.image.AxesImage
        """
        from ._plot import plot

        chosen = self._chosen(field)
        return plot(self, _names.FIELD_NAMES[chosen], self.colors(field, **options), ax)

    # Where it goes.

    def save(
        self,
        path: str | os.PathLike[str],
        field: str | None = None,
        *,
        overview: str | None = None,
        **colors: Unpack[ColorOptions],
    ) -> None:
        """Writes the surface to a file, by its extension the very bytes that the program writes.

        ``.npz``, ``.nc`` or ``.h5`` (netCDF-4, which is HDF5), ``.vti`` (VTK) and ``.csv`` hold
        all fields, ``.npy`` one, ``.png`` is a heatmap with a pixel a cell, and ``.dzi`` the same
        in tiles of all sizes, in a folder beside it, with a page that shows them. The file appears
        when it is complete, or not at all.

        Parameters
        ----------
        field : str, optional
            Of .npy, .png and .dzi, and what .nc, .h5 and .vti name as theirs; the first that there
            is.
        overview : {"evaluated", "mean", "mode"}, optional
            Of .dzi, its smaller sizes: evaluated at their own points, or each pixel the mean, or the
            most frequent, of the colours of four larger ones.
        palette, style, levels, scale, range
            Of .png and .dzi, as in :meth:`colors`.
        """
        name = _names.path(path)
        kind = _KINDS.get(os.path.splitext(name)[1][1:].lower(), -1)
        if kind < 0:
            known = ", ".join("." + each for each in _KINDS)
            raise ValueError(f"'{name}': unknown kind of file; one of {known} is wanted")
        if overview is not None and kind != _KINDS["dzi"]:
            raise ValueError(f"overview {overview}: only tiles, .dzi, have one")
        if kind in (_KINDS["png"], _KINDS["dzi"]):
            self._picture(name, kind, field, colors, overview)
            return
        if colors:
            raise ValueError(f"{', '.join(colors)}: arrays and tables have no colours")
        _core.save_arrays(name, kind, *self._what(field, {}))

    def _picture(
        self, path: str, kind: int, field: str | None, options: Any, overview: str | None = None
    ) -> bytes | None:
        sizes = _names.optional_number(overview, "overview", _core.overviews) or 0
        return _core.save_picture(path, kind, *self._what(field, options), sizes)

    def _what(
        self, field: str | None, options: Any
    ) -> tuple[_core.Model, _core.View, list[np.ndarray], int, int, _core.ColorOptions]:
        """What there is to save, and what it says of itself."""
        model, view, precision, chosen = self._asked(field)
        return model, view, self._all(), precision, chosen, color_options(options)

    def _asked(self, field: str | None) -> tuple[Any, _core.View, int, int]:
        """What colours and pictures come from."""
        return self.model._core, self._view, self._recipe[8], self._chosen(field)

    def _chosen(self, field: str | None) -> int:
        if field is None:
            first: int = self._recipe[10]
            return first
        number = _names.field_number(field)
        try:
            self._field(number)
        except AttributeError as error:
            raise ValueError(str(error)) from None
        return number

    def _all(self) -> list[np.ndarray]:
        return [self._field(number) for number in self._recipe[6]]

    def __repr__(self) -> str:
        wx0, wx1, cols, wrec0, wrec1, rows = self._recipe[:6]
        return (
            f"<gradscape.Surface: {', '.join(self.fields)}; {cols} x {rows} cells, w_x {wx0:g} to "
            f"{wx1:g}, w_rec {wrec0:g} to {wrec1:g}; {self.model.cell} cell, {self.dtype.name}>"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        numbers, method, precision, options, first = self._recipe[6:]
        state = {  # names, since the numbers are this version's own
            "grid": self._recipe[:6],
            "fields": [_core.fields[number] for number in numbers],
            "method": _core.methods[method],
            "dtype": None if precision < 0 else ("float32", "float64")[precision],
            "training": None if options is None else options.as_dict(),
            "first": _core.fields[first],
        }
        return _surface_again, (self.model, state, self._all())


def _add_field(number: int, name: str) -> None:
    label = _core.fields[number]

    def get(self: Surface) -> np.ndarray:
        return self._field(number)

    setattr(Surface, name, property(get, doc=f"The field {label}, an array (rows, columns)."))


for _number, _name in enumerate(_names.FIELD_NAMES):
    _add_field(_number, _name)


def view_of(recipe: tuple[Any, ...], model: Model) -> _core.View:
    wx0, wx1, cols, wrec0, wrec1, rows, numbers, method, precision, training, _ = recipe
    if _core.methods[method] == "rows" and model.backend == "reference":
        raise ValueError(
            "method rows: has no effect on backend reference, which knows backpropagation alone"
        )
    view = _core.View(wx0, wx1, cols, wrec0, wrec1, rows, numbers, method, training)
    if view.decide(model._core, precision):
        warnings.warn(
            "neighbouring cells are the same point, even in float64: fewer cells or wider ranges "
            "have more to show"
            if view.double
            else "neighbouring cells are the same point in float32; dtype float64 tells more apart",
            RuntimeWarning,
            stacklevel=_callers_level(),
        )
    return view


def _callers_level() -> int:
    """The stack level, as warnings count them, of who called the package, by whatever way."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("gradscape."):
        level, frame = level + 1, frame.f_back
    return level


def _surface_again(model: Model, state: dict[str, Any], arrays: list[np.ndarray]) -> Surface:
    given = dict(zip((_names.field_number(name) for name in state["fields"]), arrays))
    training = state["training"]
    recipe = (
        *state["grid"],
        sorted(given),
        _names.method_number(state["method"]),
        _names.precision_number(state["dtype"]),
        None if training is None else options_of("surface", training),
        _names.field_number(state["first"]),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        surface = Surface(model, view_of(recipe, model), recipe, None)
    surface._arrays = given
    return surface
