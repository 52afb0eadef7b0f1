# SPDX-License-Identifier: MIT
"""Evaluating surfaces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core, _names
from ._model import as_model
from ._progress import told
from ._surface import Surface, view_of
from ._training import options_for

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._training import TrainingParameters


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
    initial_state: float | None = None,
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
        ``loss``, ``grad-wx``, ``grad-wrec``, ``grad-norm``, ``log10-loss``; of the curvature
        ``sharpness``, ``curvature-min`` and ``condition``; and, for a whole run of training from
        every cell, ``train-loss``, ``train-steps`` (-1: not reached, -2: diverged), and where it
        ends, ``train-wx`` and ``train-wrec``.
    cell : {"linear", "tanh", "relu", "sigmoid"}
    method : {"auto", "bptt", "rows"}
        Backpropagation through time, or the row form that only the linear cell has.
    dtype : {"float32", "float64"}, optional
        Without it float32, but float64 for curvature, for the fields of training, and where
        neighbouring points would be the same in float32.
    backend : {"auto", "reference", "cpu", "cuda", "emulated"}
    threads : int, optional
        All that this process may use, without it. No result depends on it.
    out : array, list or dict of arrays, optional
        Where the fields are written to, a list in the order of ``fields``: C-contiguous, of shape
        (rows, columns) and the dtype.
    progress : bool or callable, optional
        Called with (cells done, of how many), the last time when all are; True shows tqdm's bar.
    weights : (N,) array_like, optional
        How often each sequence counts.
    initial_state : number, optional
        The state S_0 before the first input; 0 without it.
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
    model = as_model(x, y, cell, backend, weights, rnn, initial_state)
    wx0, wx1 = _names.ends("wx", wx)
    wrec0, wrec1 = _names.ends("wrec", wrec)
    cols, rows = _names.columns_and_rows(size)
    asked = _names.field_numbers(fields)
    first, numbers = asked[0], _names.in_order(asked)
    precision = _names.precision_number(dtype)
    options = options_for("surface", training, numbers)
    places = None
    if out is not None:
        places = _places(out, list(dict.fromkeys(asked)), numbers)
        if precision < 0:
            precision = _names.precision_number(places[0].dtype)
    recipe = (
        wx0, wx1, cols, wrec0, wrec1, rows, numbers, _names.method_number(method), precision,
        options, first,
    )  # fmt: skip
    view = view_of(recipe, model)
    count = _names.thread_count(threads)
    with told(progress) as tell:
        if places is None:
            return Surface(
                model, view, recipe, _core.evaluate(model._core, view, count, tell)
            )
        _core.evaluate_into(model._core, view, places, count, tell)
    made = Surface(model, view, recipe, None)
    made._arrays = dict(zip(numbers, places))
    return made


def _places(out: Any, asked: list[int], numbers: list[int]) -> list[np.ndarray]:
    """An array for each field, in the engine's order; a list of them is in that of the question."""
    if isinstance(out, Mapping):
        given = {_names.field_number(name): array for name, array in out.items()}
    elif isinstance(out, np.ndarray):
        given = {numbers[0]: out} if len(numbers) == 1 else {}
    else:
        try:
            given = dict(zip(asked, out)) if len(out) == len(asked) else {}
        except TypeError:
            given = {}
    if given.keys() != set(numbers):
        raise ValueError(
            "out: an array for each field is wanted, by its name where there are several: "
            + ", ".join(_core.fields[number] for number in asked)
        )
    places = [given[number] for number in numbers]
    if not all(isinstance(array, np.ndarray) for array in places):
        raise ValueError("out: numpy arrays are wanted")
    if not all(array.flags.writeable for array in places):
        raise ValueError("out: arrays that can be written to are wanted")
    for index, array in enumerate(places):
        if any(np.may_share_memory(array, other) for other in places[:index]):
            raise ValueError("out: arrays that do not overlap are wanted")
    return places


def train_map(
    x: Any,
    y: Any = None,
    fields: str | Iterable[str] = ("train-loss", "train-steps"),
    *,
    wx: tuple[float, float] = (-3, 3),
    wrec: tuple[float, float] = (-3, 3),
    size: int | tuple[int, int] = (256, 256),
    cell: str | None = None,
    method: str = "auto",
    dtype: Any = None,
    backend: str = "auto",
    threads: int | None = None,
    out: Any = None,
    progress: bool | Callable[[int, int], Any] | None = None,
    weights: Any = None,
    initial_state: float | None = None,
    rnn: Any = None,
    **training: Unpack[TrainingParameters],
) -> Surface:
    """Where training ends from every start: a whole run of it for each cell.

    ``train_steps`` is the first iteration with a loss below ``tolerance`` (-1: not reached, -2:
    diverged), ``train_loss`` the loss after the last; ``train-wx`` and ``train-wrec`` are where it
    is then. Takes what :func:`surface` and :func:`train` take; float64 unless ``dtype``, or the
    arrays of ``out``, say otherwise, since the sign of a tiny gradient decides a path. Runs are the
    fast engine's, where :func:`train` walks by the reference: their last bits may part them.

    Examples
    --------
    >>> m = gradscape.train_map(*gradscape.counting_data(), optimizer="irprop-plus", size=16)
    >>> m.train_steps.dtype, int((m.train_steps >= 0).sum())
    (dtype('float64'), 216)
    """
    return surface(
        x, y, wx, wrec, size, fields, cell, method, dtype, backend, threads, out, progress,
        weights=weights, initial_state=initial_state, rnn=rnn, **training,
    )  # fmt: skip
