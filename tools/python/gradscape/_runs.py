# SPDX-License-Identifier: MIT
"""Training from one start."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core, _names
from ._figures import Figure, PageOptions, figure_of
from ._model import Model, as_model, reference_unless_model
from ._training import options_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._training import TrainingParameters

#: The weights from which the article trains.
article_start: tuple[float, float] = _core.article_start

ITERATE = np.dtype([(name, np.float64) for name in ("w_x", "w_rec", "loss", "grad_wx", "grad_wrec")])


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
        self._core.save(_names.csv_path(path))

    def figure(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        format: str | None = None,
        wx: tuple[float, float] = (-3, 3),
        wrec: tuple[float, float] = (-3, 3),
        **page: Unpack[PageOptions],
    ) -> Figure | None:
        """The path on the loss surface over the ranges, and on the surroundings of its end.

        ``width``, ``height``, ``dpi``, ``title`` and ``theme`` as in :meth:`Surface.figure`.
        """
        box = (*_names.ends("wx", wx), *_names.ends("wrec", wrec))
        return figure_of(self._core.figure, path, format, page, *box)

    def __repr__(self) -> str:
        end = "diverged" if self.diverged else f"loss {self.loss:.4g}"
        parameters = self.parameters
        return (
            f"<gradscape.Run: {parameters['optimizer']}, {len(self._iterates) - 1} iterations from "
            f"{self.start} to ({self.w_x:.6g}, {self.w_rec:.6g}), {end}>"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _run_again, (self.model, self.start, self.parameters, self._iterates, self.diverged)


def _run_again(
    model: Model,
    start: tuple[float, float],
    parameters: dict[str, Any],
    iterates: np.ndarray,
    diverged: bool,
) -> Run:
    options = options_of("train", parameters)
    return Run(model, start, _core.run_again(model._core, *start, options, iterates, diverged))


def train(
    x: Any,
    y: Any = None,
    start: tuple[float, float] | None = None,
    cell: str | None = None,
    *,
    weights: Any = None,
    initial_state: float | None = None,
    rnn: Any = None,
    **parameters: Unpack[TrainingParameters],
) -> Run:
    """Trains the network from one start, and follows the path, in double precision.

    By the reference evaluator, as the program does; ``Model(..., backend=...)`` has others.

    Parameters
    ----------
    x, y, cell, weights, initial_state, rnn
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
    model = as_model(x, y, cell, reference_unless_model(x), weights, rnn, initial_state)
    if start is None:
        start = model.point or article_start
    w_x, w_rec = _names.point("start", start)
    return Run(model, (w_x, w_rec), _core.train(model._core, w_x, w_rec, options))
