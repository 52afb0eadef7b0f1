# SPDX-License-Identifier: MIT
"""The article, in one call."""

from __future__ import annotations

from dataclasses import dataclass

from ._evaluate import surface
from ._model import Data, Model, counting_data
from ._runs import Run, article_start, train
from ._surface import Surface
from ._traces import Traces, article_points, trace


@dataclass(frozen=True)
class Article:
    """What the article computes. It is "Linear RNN from Scratch to predict the sum of 1's in binary
    sequence" by Himanshu Kumar Singh, which follows Peter Roelants' "How to implement an RNN, part 1".
    """

    data: Data
    """Twenty sequences of ten bits, and five to test with."""
    model: Model
    """The linear network of them."""
    points: tuple[tuple[float, float], ...]
    """Where it follows the gradient."""
    start: tuple[float, float]
    """Where it starts to train."""
    surface: Surface
    """The loss and its gradient from -3 to 3."""
    traces: Traces
    """The gradient over time at the points."""
    run: Run
    """Its training: 500 iterations of Rprop."""


def article() -> Article:
    """All that the article computes, anew, in some hundredths of a second.

    Examples
    --------
    >>> a = gradscape.article()
    >>> print(f"Final weights are: wx = {a.run.w_x:.4f},  wRec = {a.run.w_rec:.4f}")
    Final weights are: wx = 1.0014,  wRec = 0.9997
    >>> a.run.predict(a.data.x_test).round()
    array([8., 4., 6., 5., 6.])
    """
    data = counting_data(seed=1)
    model = Model(data)
    return Article(
        data,
        model,
        article_points,
        article_start,
        surface(model, fields=("loss", "grad-wx", "grad-wrec")),
        trace(data, at=article_points),
        train(data, start=article_start),
    )
