# SPDX-License-Identifier: MIT
"""Gradients over time, and the valley."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core, _names
from ._figures import Figure, PageOptions, figure_of
from ._model import Model, as_model, reference_unless_model

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: The eight points at which the article follows the gradient back through time.
article_points: tuple[tuple[float, float], ...] = _core.article_points


def _reduction_number(reduction: Any) -> int:
    number = _names.optional_number(reduction, "reduction", _core.reductions)
    if number is None:
        raise ValueError(f"reduction: one of {', '.join(_core.reductions)} is wanted")
    return number


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
        self.at = at.view()
        self.at.flags.writeable = False
        self._core = core

    def _reduced(self, reduction: str, logarithm: bool = False) -> np.ndarray:
        number = _reduction_number(reduction)
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
        self._core.save(_names.csv_path(path))

    def figure(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        format: str | None = None,
        reduction: str | None = None,
        values: str = "auto",
        spread: bool = False,
        **page: Unpack[PageOptions],
    ) -> Figure | None:
        """The gradients over time, timesteps 0 ... -T from left to right.

        Parameters
        ----------
        reduction : {"sum", "mean", "article"}, optional
            Over the sequences; the sum, or with ``spread``, whose line it is, the mean.
        values : {"auto", "signed", "magnitude"}
            The gradients, or the logarithms of their magnitudes with marks for their signs; auto
            takes the latter for long sequences and beyond double.
        spread : bool
            Least, quartiles and largest of the single sequences' gradients, as bands.
        width, height, dpi, title, theme
            As in :meth:`Surface.figure`.
        """
        spread = _names.flag(spread, "spread")
        if spread and reduction not in (None, "mean"):
            raise ValueError(f"reduction {reduction}: beside spread the line is the mean")
        if spread and values == "signed":
            raise ValueError("values signed: the bands of spread are of magnitudes")
        if reduction is None:
            reduction = "mean" if spread else "sum"
        number = _reduction_number(reduction)
        values = _names.text(values, "values")
        return figure_of(self._core.figure, path, format, page, number, values, spread)

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
    initial_state: float | None = None,
    rnn: Any = None,
) -> Traces:
    """Follows the gradient back through time at points of the plane, in double precision.

    Parameters
    ----------
    x, y, cell, weights, initial_state, rnn
        As in :func:`surface`.
    at : (P, 2) array_like, optional
        Points (w_x, w_rec); the rnn's, or else the article's eight.

    Examples
    --------
    >>> t = gradscape.trace(*gradscape.counting_data(), at=[(2, 2), (1, 0.5)])
    >>> t.behaviours
    ['explodes ×2 a step', 'vanishes ×0.5 a step']
    """
    model = as_model(x, y, cell, reference_unless_model(x), weights, rnn, initial_state)
    if at is None:
        at = article_points if model.point is None else [model.point]
    points = np.array(_names.numbers(at, "at"), np.float64)
    if points.size == 0 or not np.isfinite(points).all():
        raise ValueError("at: points (w_x, w_rec) are wanted, at least one, finite numbers")
    return Traces(model, points, _core.trace(model._core, points))


def valley(x: Any, y: Any = None, wrec: Any = None, *, weights: Any = None) -> np.ndarray:
    """The bottom of the linear cell's ravine: for each w_rec the w_x of least loss.

    Parameters
    ----------
    x, y, weights
        As in :func:`surface`.
    wrec : (n,) array_like
        w_rec, such as a surface's ``w_rec``; 256 of them from -3 to 3 without it.

    Examples
    --------
    >>> gradscape.valley(*gradscape.counting_data(), wrec=[1.0])
    array([1.])
    """
    model = as_model(x, y, None, "auto", weights, None)
    rows = _core.axis(-3.0, 3.0, 256) if wrec is None else _names.numbers(wrec, "wrec")
    return _core.valley(model._core, rows)
