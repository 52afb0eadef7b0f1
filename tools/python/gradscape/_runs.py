# SPDX-License-Identifier: MIT
"""Training, gradients over time, the valley, comparisons."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core, _names
from ._colors import Figure
from ._model import Model, as_model
from ._progress import told
from ._training import options_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._training import TrainingParameters

#: The weights from which the article trains.
article_start: tuple[float, float] = _core.article_start
#: The eight points at which the article follows the gradient back through time.
article_points: tuple[tuple[float, float], ...] = _core.article_points

ITERATE = np.dtype([(name, np.float64) for name in ("w_x", "w_rec", "loss", "grad_wx", "grad_wrec")])


def _figure(make: Callable[..., bytes | None], path: Any, format: str, *more: Any) -> Figure | None:
    made = make(format, "" if path is None else os.fspath(path), *more)
    return None if made is None else Figure.of(made, format)


class Run:
    """One run of an optimiser.

    Attributes
    ----------
    path : structured array with the fields w_x, w_rec, loss, grad_wx, grad_wrec
        An iterate each, the start among them: ``iterations + 1`` of them, or up to the first whose
        loss or gradient is not finite.
    """

    __slots__ = ("model", "start", "_core", "_iterates", "__weakref__")

    def __init__(self, model: Model, start: tuple[float, float], core: _core.Run) -> None:
        self.model = model
        self.start = start
        self._core = core
        self._iterates: np.ndarray = core.path()

    @property
    def path(self) -> np.ndarray:
        return self._iterates.view(ITERATE)[:, 0]

    @property
    def w_x(self) -> float:
        """Where it ended."""
        return float(self._iterates[-1, 0])

    @property
    def w_rec(self) -> float:
        """Where it ended."""
        return float(self._iterates[-1, 1])

    @property
    def loss(self) -> float:
        """The last loss."""
        return float(self._iterates[-1, 2])

    @property
    def diverged(self) -> bool:
        """Whether the run ended early, because the loss or the gradient was not finite."""
        return self._core.diverged

    @property
    def parameters(self) -> dict[str, Any]:
        """The optimiser, its iterations, and what its steps depend on."""
        return self._core.options.as_dict()

    @property
    def first_below_tolerance(self) -> int:
        """The first iteration with a loss below ``tolerance``, or -1."""
        return self._core.first_below(self._core.options.tolerance)

    def largest_stable_rate(self) -> float | None:
        """The learning rate beyond which steps from the start grow (gd, momentum, nesterov)."""
        return self._core.largest_stable_rate()

    def predict(self, x: Any) -> np.ndarray:
        """What the trained network makes of sequences, a number for each row."""
        return self.model.predict(x, (self.w_x, self.w_rec))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the path as CSV: ``iteration,w_x,w_rec,loss,grad_wx,grad_wrec``."""
        self._core.save(os.fspath(path))

    def figure(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        format: str = "png",
        wx: tuple[float, float] = (-3, 3),
        wrec: tuple[float, float] = (-3, 3),
    ) -> Figure | None:
        """The path on the loss surface over the ranges, and on the surroundings of its end."""
        box = (*_names.ends("wx", wx), *_names.ends("wrec", wrec))
        return _figure(self._core.figure, path, format, *box)

    def __repr__(self) -> str:
        end = "diverged" if self.diverged else f"loss {self.loss:.4g}"
        parameters = self.parameters
        return (
            f"<gradscape.Run: {parameters['optimizer']}, {len(self._iterates) - 1} iterations from "
            f"{self.start} to ({self.w_x:.4f}, {self.w_rec:.4f}), {end}>"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _run_again, (self.model, self.start, self.parameters)


def _run_again(model: Model, start: tuple[float, float], parameters: dict[str, Any]) -> Run:
    return train(model, start=start, **parameters)


def train(
    x: Any,
    y: Any = None,
    start: tuple[float, float] | None = None,
    cell: str | None = None,
    progress: Any = None,
    *,
    weights: Any = None,
    rnn: Any = None,
    **parameters: Unpack[TrainingParameters],
) -> Run:
    """Trains the network from one start, and follows the path, in double precision.

    By the reference evaluator, as the program does; ``Model(..., backend=...)`` has others.

    Parameters
    ----------
    x, y, cell, weights, rnn
        As in :func:`surface`. An ``rnn`` is left as it is.
    start : (w_x, w_rec), optional
        The rnn's weights, or else the article's start (-1.5, 2).
    **parameters
        ``optimizer``: ``rprop`` (the article's), ``rprop-minus``, ``rprop-plus``,
        ``irprop-minus`` (equals ``torch.optim.Rprop``), ``irprop-plus``, ``gd``, ``momentum``,
        ``nesterov``, ``rmsprop``, ``adam``; ``iterations`` (500); ``learning_rate``, ``momentum``,
        ``rms_decay``, ``beta1``, ``beta2``, ``epsilon``, ``delta0``, ``eta_plus``, ``eta_minus``,
        ``delta_min``, ``delta_max``, ``clip_norm``, each refused where the optimiser does not read
        it; ``tolerance``.

    Examples
    --------
    >>> run = gradscape.train(*gradscape.counting_data(seed=1))
    >>> round(run.w_x, 4), round(run.w_rec, 4), len(run.path)
    (1.0014, 0.9997, 501)
    """
    options = options_of("train", parameters)
    model = as_model(x, y, cell, _reference_unless_model(x), weights, rnn)
    if start is None:
        start = model.point or article_start
    w_x, w_rec = _names.ends("start", start)
    with told(progress) as tell:
        return Run(model, (w_x, w_rec), _core.train(model._core, w_x, w_rec, options, tell))


def _reference_unless_model(x: Any) -> str:
    return "auto" if type(x) is Model else "reference"


class Traces:
    """The gradient at points of the plane, on its way back through time.

    Attributes
    ----------
    at : (P, 2) array
        The points (w_x, w_rec).
    grad_sum, grad_mean, grad_article : (P, T + 1) arrays
        The gradient of the squared error with respect to each state S_k, k = 0 ... T from left to
        right, reduced over the sequences: their sum, their mean, and the sum times their number,
        which is what the article's figure shows.
    """

    __slots__ = ("model", "at", "_core", "__weakref__")

    def __init__(self, model: Model, at: np.ndarray, core: _core.Traces) -> None:
        self.model = model
        self.at = at
        self._core = core

    def _reduced(self, reduction: str, logarithm: bool = False) -> np.ndarray:
        number = _names.optional_number(reduction, "reduction", _core.reductions)
        assert number is not None
        return self._core.values(number, logarithm)

    @property
    def grad_sum(self) -> np.ndarray:
        return self._reduced("sum")

    @property
    def grad_mean(self) -> np.ndarray:
        return self._reduced("mean")

    @property
    def grad_article(self) -> np.ndarray:
        return self._reduced("article")

    def log10(self, reduction: str = "sum") -> np.ndarray:
        """log10 of the magnitudes, which no length takes out of range."""
        return self._reduced(reduction, True)

    @property
    def behaviours(self) -> list[str]:
        """What each gradient does, in words: explodes, vanishes, stays, alternating or not."""
        return self._core.behaviours()

    @property
    def factors(self) -> np.ndarray:
        """(P,) array: by what its magnitude is multiplied with each step back."""
        return self._core.factors()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes CSV: ``w_x,w_rec,k,grad_mean,grad_sum,grad_article``."""
        self._core.save(os.fspath(path))

    def figure(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        format: str = "png",
        reduction: str = "sum",
    ) -> Figure | None:
        """The gradients over time, timesteps 0 ... -T from left to right."""
        number = _names.optional_number(reduction, "reduction", _core.reductions)
        return _figure(self._core.figure, path, format, number)

    def _repr_png_(self) -> bytes | None:
        return self.figure()

    def __repr__(self) -> str:
        return f"<gradscape.Traces: {len(self.at)} points, {self.grad_sum.shape[1] - 1} steps>"

    def __reduce__(self) -> tuple[Any, ...]:
        return trace, (self.model, None, self.at)


def trace(
    x: Any,
    y: Any = None,
    at: Any = None,
    cell: str | None = None,
    *,
    weights: Any = None,
    rnn: Any = None,
) -> Traces:
    """Follows the gradient back through time at points of the plane, in double precision.

    Parameters
    ----------
    x, y, cell, weights, rnn
        As in :func:`surface`.
    at : (P, 2) array_like, optional
        Points (w_x, w_rec); the rnn's, or else the article's eight.

    Examples
    --------
    >>> t = gradscape.trace(*gradscape.counting_data(), at=[(2, 2), (1, 0.5)])
    >>> t.behaviours
    ['explodes ×2 a step', 'vanishes ×0.5 a step']
    """
    model = as_model(x, y, cell, _reference_unless_model(x), weights, rnn)
    if at is None:
        at = article_points if model.point is None else [model.point]
    points = np.array(_names.numbers(at, "at"), np.float64)
    return Traces(model, points, _core.trace(model._core, points))


def valley(
    x: Any, y: Any = None, wrec: Any = None, *, weights: Any = None, rnn: Any = None
) -> np.ndarray:
    """The bottom of the linear cell's ravine: for each w_rec the w_x of least loss.

    Parameters
    ----------
    x, y, weights, rnn
        As in :func:`surface`.
    wrec : (n,) array_like
        w_rec, such as a surface's ``w_rec``; 256 of them from -3 to 3 without it.

    Examples
    --------
    >>> gradscape.valley(*gradscape.counting_data(), wrec=[1.0])
    array([1.])
    """
    model = as_model(x, y, None, "auto", weights, rnn)
    rows = _core.axis(-3.0, 3.0, 256) if wrec is None else _names.numbers(wrec, "wrec")
    return _core.valley(model._core, rows)


class Comparison:
    """How far two evaluators differ.

    Attributes
    ----------
    a, b : str
        The sides, ``backend:method:precision``.
    tolerance : str
        ``same bits`` where both compute alike, ``error bounds`` where not, or ``given``.
    fields : dict
        For each field ``cells``, ``beyond`` (tolerance), ``not_judged``, ``largest`` (by ``abs``,
        ``rel``, ``ulp`` and ``tolerance``: the error, where, and both values), ``ulp_percentiles``,
        ``classes``, and more: what ``gradscape compare --json`` says.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        self.a: str = facts["a"]
        self.b: str = facts["b"]
        self.tolerance: str = facts["tolerance"]
        self.fields: dict[str, dict[str, Any]] = {
            name.replace("-", "_"): field for name, field in facts["fields"].items()
        }

    @property
    def beyond(self) -> int:
        """Values beyond tolerance, over all fields."""
        return sum(field["beyond"] for field in self.fields.values())

    @property
    def within(self) -> bool:
        """None is, and in every field some could be judged."""
        return self.beyond == 0 and all(
            field["not_judged"] < field["cells"] for field in self.fields.values()
        )

    def __bool__(self) -> bool:
        return self.within

    def __repr__(self) -> str:
        verdict = "within" if self.within else f"{self.beyond} values beyond"
        return f"<gradscape.Comparison: {self.a} and {self.b}, {verdict} tolerance ({self.tolerance})>"


def _side(side: str | tuple[str, ...]) -> tuple[str, int, int]:
    """BACKEND[:METHOD[:PRECISION]], or the parts of it."""
    parts = list(side.split(":") if isinstance(side, str) else side)
    if not 1 <= len(parts) <= 3:
        raise ValueError(f"{side!r}: backend[:method[:precision]] is wanted, as in cpu:rows:f32")
    parts += [""] * (3 - len(parts))
    method = _names.method_number(parts[1]) if parts[1] else -1
    return parts[0], method, _names.precision_number(parts[2] or None)


def compare(
    x: Any,
    y: Any = None,
    a: str | tuple[str, ...] = "cpu",
    b: str | tuple[str, ...] = "reference",
    wx: tuple[float, float] = (-3, 3),
    wrec: tuple[float, float] = (-3, 3),
    size: int | tuple[int, int] = (256, 256),
    fields: str | Iterable[str] = ("loss", "grad-wx", "grad-wrec", "grad-norm", "log10-loss"),
    cell: str | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    threads: int | None = None,
    progress: Any = None,
    *,
    weights: Any = None,
    rnn: Any = None,
    **training: Unpack[TrainingParameters],
) -> Comparison:
    """Holds two evaluators against each other, cell by cell.

    Parameters
    ----------
    a, b : str
        ``backend[:method[:precision]]``, as in ``cpu:rows:f32``.
    rtol, atol : float, optional
        Without them: the same bits where both compute alike, else what their error bounds allow.

    Examples
    --------
    >>> c = gradscape.compare(*gradscape.counting_data(), a="cpu:rows:f32", size=16)
    >>> c.within, c.fields["loss"]["beyond"]
    (True, 0)
    """
    model = as_model(x, y, cell, "auto", weights, rnn)
    numbers = _names.field_numbers(fields)
    options = options_of("compare", training) if training else None
    cols, rows = _names.columns_and_rows(size)
    view = _core.View(
        *_names.ends("wx", wx), cols, *_names.ends("wrec", wrec), rows, numbers, 0, options
    )
    count = _names.thread_count(threads)
    with told(progress) as tell:
        facts = _core.compare(model._core, view, _side(a), _side(b), rtol, atol, count, tell)
    return Comparison(json.loads(facts))
