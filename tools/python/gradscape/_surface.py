# SPDX-License-Identifier: MIT
"""Surfaces: fields over the plane of the weights."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core, _names
from ._colors import Colors, ColorOptions, Figure, marks_of, path_of
from ._model import Model, as_model
from ._progress import told
from ._training import options_of

if TYPE_CHECKING:
    import xarray
    from typing_extensions import Unpack

    from ._training import TrainingParameters

_TRAINED = frozenset(_core.trained_fields)
_KINDS = {name: number for number, name in enumerate(_core.output_kinds)}


class Surface:
    """Fields of a model over a grid of its two weights, as arrays.

    An attribute for each field that was asked for, ``loss``, ``grad_wx``, ``grad_wrec``,
    ``grad_norm``, ``log10_loss``, ``train_loss``, ``train_steps``: an array of shape (rows,
    columns) in C order, whose row 0 is the lowest w_rec, and which is the engine's memory itself.
    In a notebook a surface shows itself as a figure.
    """

    __slots__ = ("model", "_view", "_recipe", "_values", "_arrays", "__weakref__")

    model: Model
    """What it is of."""

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
        """The field's colours: its own, but for ``palette``, ``style``, ``levels``, ``scale`` and
        ``range`` where they are given."""
        return Colors(self._chosen(field), self._recipe[9], options)

    def png(self, field: str | None = None, **options: Unpack[ColorOptions]) -> bytes:
        """The bytes of ``save("x.png")``: a heatmap with a pixel a cell, w_rec upwards."""
        picture = self._picture("", field, options)
        assert picture is not None
        return picture

    def figure(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        format: str = "png",
        field: str | None = None,
        samples: int = 1,
        mark: Iterable[Any] = (),
        valley: bool = False,
        trajectory: Any = None,
        threads: int | None = None,
        **colors: Unpack[ColorOptions],
    ) -> Figure | None:
        """The field with axes, colour bar and overlays, evaluated at the figure's own resolution.

        Parameters
        ----------
        path : path, optional
            The file, .png, .svg or .pdf; without it the bytes are returned, in ``format``.
        format : {"png", "svg", "pdf"}
        field : str, optional
            Which; the first that there is.
        samples : int
            Anti-aliasing: samples x samples a pixel, 1 to 16.
        mark : list of (w_x, w_rec) or (w_x, w_rec, colour)
            Points, in the article's colours where none is named. The point of a model's ``rnn`` is
            marked besides.
        valley : bool
            The best w_x of every w_rec as a line (linear cell).
        trajectory : Run or (n, 2) array_like, optional
            A training path.
        threads : int, optional
            All that there are, without it.
        palette, style, levels, scale, range
            As in :meth:`colors`.
        """
        chosen = Colors(self._chosen(field), self._recipe[9], colors)
        bytes_or_none = _core.surface_figure(
            format,
            "" if path is None else os.fspath(path),
            self.model._core,
            self._view,
            self._recipe[8],
            chosen._core,
            samples,
            marks_of(mark, self.model.point),
            valley,
            path_of(trajectory),
            _names.thread_count(threads),
        )
        return None if bytes_or_none is None else Figure.of(bytes_or_none, format)

    def _repr_png_(self) -> bytes:
        try:
            figure = self.figure()
        except OSError:  # no Cairo here: a heatmap needs none
            return self.png()
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
        **colors: Unpack[ColorOptions],
    ) -> None:
        """Writes the surface to a file, by its extension the very bytes that the program writes.

        ``.npz`` and ``.csv`` hold all fields, ``.npy`` one, ``.png`` is a heatmap with a pixel a
        cell. The file appears when it is complete, or not at all.

        Parameters
        ----------
        field : str, optional
            Of .npy and .png; the first that there is.
        palette, style, levels, scale, range
            Of .png, as in :meth:`colors`.
        """
        name = os.fspath(path)
        kind = _KINDS.get(os.path.splitext(name)[1][1:].lower(), -1)
        if kind < 0:
            known = ", ".join("." + each for each in _KINDS)
            raise ValueError(f"'{name}': unknown kind of file; one of {known} is wanted")
        if kind == _KINDS["png"]:
            self._picture(name, field, colors)
            return
        if colors:
            raise ValueError(f"{', '.join(colors)}: arrays and tables have no colours")
        _core.save_arrays(
            name, kind, self.model._core, self._view, self._all(), self._chosen(field)
        )

    def _picture(self, path: str, field: str | None, options: Any) -> bytes | None:
        chosen = Colors(self._chosen(field), self._recipe[9], options)
        return _core.save_picture(
            path, self.model._core, self._view, self._all(), self._recipe[8], chosen._core
        )

    def _chosen(self, field: str | None) -> int:
        if field is None:
            first: int = self._recipe[10]
            return first
        number = _names.field_number(field)
        self._field(number)
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
        recipe = list(self._recipe)
        recipe[9] = None if recipe[9] is None else recipe[9].as_dict()
        return _surface_again, (self.model, tuple(recipe), self._all())


def _add_field(number: int, name: str) -> None:
    label = _core.fields[number]

    def get(self: Surface) -> np.ndarray:
        return self._field(number)

    setattr(Surface, name, property(get, doc=f"The field {label}, an array (rows, columns)."))


for _number, _name in enumerate(_names.FIELD_NAMES):
    _add_field(_number, _name)


def _view_of(recipe: tuple[Any, ...], model: Model) -> _core.View:
    wx0, wx1, cols, wrec0, wrec1, rows, numbers, method, precision, training, _ = recipe
    view = _core.View(wx0, wx1, cols, wrec0, wrec1, rows, numbers, method, training)
    if view.decide(model._core, precision):
        warnings.warn(
            "neighbouring cells are the same point, even in float64: fewer cells or wider ranges "
            "have more to show"
            if view.double
            else "neighbouring cells are the same point in float32; dtype float64 tells more apart",
            RuntimeWarning,
            stacklevel=4,
        )
    return view


def _surface_again(model: Model, recipe: tuple[Any, ...], arrays: list[np.ndarray]) -> Surface:
    full = list(recipe)
    if full[9] is not None:
        full[9] = options_of("surface", full[9])
    recipe = tuple(full)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        surface = Surface(model, _view_of(recipe, model), recipe, None)
    surface._arrays = dict(zip(recipe[6], arrays))
    return surface


def surface(
    x: Any,
    y: Any = None,
    wx: tuple[float, float] = (-3, 3),
    wrec: tuple[float, float] = (-3, 3),
    size: int | tuple[int, int] = (256, 256),
    fields: str | Iterable[str] = "loss",
    cell: str | None = None,
    method: str = "auto",
    dtype: Any = None,
    backend: str = "auto",
    threads: int | None = None,
    out: Any = None,
    progress: bool | Callable[[int, int], Any] | None = None,
    *,
    weights: Any = None,
    rnn: Any = None,
    **training: Unpack[TrainingParameters],
) -> Surface:
    """Evaluates fields of a recurrent network over a grid of its two weights.

    Parameters
    ----------
    x : (N, T) array_like, Data or Model
        N sequences of T steps each, or what has them.
    y : (N,) array_like
        Targets; the loss is the mean of ``(S_T - y)**2``.
    wx, wrec : (low, high)
        The grid's ranges, both ends included.
    size : (columns, rows) or int
        Columns are w_x, rows are w_rec.
    fields : str or list of str
        ``loss``, ``grad-wx``, ``grad-wrec``, ``grad-norm``, ``log10-loss``, and, for a whole run of
        training from every cell, ``train-loss`` and ``train-steps`` (-1: not reached, -2: diverged).
    cell : {"linear", "tanh", "relu", "sigmoid"}
    method : {"auto", "bptt", "rows"}
        Backpropagation through time, or the row form that only the linear cell has.
    dtype : {"float32", "float64"}, optional
        Without it float32, but float64 for the fields of training and where neighbouring points
        would be the same in float32.
    backend : {"auto", "reference", "cpu", "cuda", "emulated"}
    threads : int, optional
        All that this process may use, without it. No result depends on it.
    out : array, list or dict of arrays, optional
        Where the fields are written to: C-contiguous, of shape (rows, columns) and the dtype.
    progress : bool or callable, optional
        Called with (cells done, of how many); True shows tqdm's bar.
    weights : (N,) array_like, optional
        How often each sequence counts.
    rnn : torch.nn.RNN(1, 1, bias=False), optional
        Its nonlinearity is the cell, its weights are marked in figures.
    **training
        ``optimizer``, ``iterations``, ``learning_rate``, … as in :func:`train`.

    Returns
    -------
    Surface

    Raises
    ------
    ValueError
        What is wrong, and what would be right.
    MemoryError
        The values do not fit.
    KeyboardInterrupt
        After Ctrl-C, within some hundredths of a second; no threads stay.

    Examples
    --------
    >>> x, y = gradscape.counting_data(seed=1)
    >>> s = gradscape.surface(x, y, fields=["loss", "grad-wx"], size=(64, 32))
    >>> s.loss.shape, s.loss.dtype
    ((32, 64), dtype('float32'))
    >>> float(gradscape.surface(x, y, wx=(1, 1), wrec=(1, 1), size=1).loss[0, 0])
    0.0
    """
    model = as_model(x, y, cell, backend, weights, rnn)
    wx0, wx1 = _names.ends("wx", wx)
    wrec0, wrec1 = _names.ends("wrec", wrec)
    cols, rows = _names.columns_and_rows(size)
    numbers = _names.field_numbers(fields)
    precision = _names.precision_number(dtype)
    first = numbers[0] if isinstance(fields, str) else _names.field_number(next(iter(fields)))
    options = None
    if training or not _TRAINED.isdisjoint(numbers):
        options = options_of("surface", training)
        if _TRAINED.isdisjoint(numbers):
            raise ValueError(
                f"{', '.join(training)}: none of the fields is trained; add train-loss or train-steps"
            )
    places = None
    if out is not None:
        places = _places(out, numbers)
        if precision < 0:
            precision = _names.precision_number(places[0].dtype)
    recipe = (
        wx0, wx1, cols, wrec0, wrec1, rows, numbers, _names.method_number(method), precision,
        options, first,
    )  # fmt: skip
    view = _view_of(recipe, model)
    count = 0 if threads is None else _names.thread_count(threads)
    with told(progress) as tell:
        if places is None:
            return Surface(
                model, view, recipe, _core.evaluate(model._core, view, count, tell)
            )
        _core.evaluate_into(model._core, view, places, count, tell)
    made = Surface(model, view, recipe, None)
    made._arrays = dict(zip(numbers, places))
    return made


def _places(out: Any, numbers: list[int]) -> list[np.ndarray]:
    """An array for each field, in the engine's order."""
    if isinstance(out, Mapping):
        given = {_names.field_number(name): array for name, array in out.items()}
    elif isinstance(out, np.ndarray) and len(numbers) == 1:
        given = {numbers[0]: out}
    elif len(out) == len(numbers):
        given = dict(zip(numbers, out))
    else:
        given = {}
    missing = [_core.fields[number] for number in numbers if number not in given]
    if missing or len(given) != len(numbers):
        raise ValueError(
            "out: an array for each field is wanted, by its name where there are several: "
            + ", ".join(_core.fields[number] for number in numbers)
        )
    if not all(isinstance(array, np.ndarray) for array in given.values()):
        raise ValueError("out: numpy arrays are wanted")
    return [given[number] for number in numbers]


def train_map(
    x: Any,
    y: Any = None,
    fields: str | Iterable[str] = ("train-steps", "train-loss"),
    **options: Any,
) -> Surface:
    """Where training ends from every start: a whole run of it for each cell.

    ``train_steps`` is the first iteration with a loss below ``tolerance`` (-1: not reached, -2:
    diverged), ``train_loss`` the loss after the last. Takes what :func:`surface` and :func:`train`
    take; float64 unless ``dtype`` says otherwise, since the sign of a tiny gradient decides a path.

    Examples
    --------
    >>> m = gradscape.train_map(*gradscape.counting_data(), optimizer="irprop-plus", size=16)
    >>> m.train_steps.dtype, int((m.train_steps >= 0).sum())
    (dtype('float64'), 216)
    """
    return surface(x, y, fields=fields, **options)
