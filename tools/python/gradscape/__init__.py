# SPDX-License-Identifier: MIT
"""Gradscape: loss landscapes of small recurrent networks, exactly, at any size.

>>> import gradscape
>>> x, y = gradscape.counting_data(seed=1)
>>> s = gradscape.surface(x, y, fields=["loss", "grad-norm"])
>>> s.loss.shape
(256, 256)

A network of two weights, ``S_k = f(w_x * x_k + w_rec * S_{k-1})``, is to end each sequence at its
target; over the plane of the weights stands the loss, the mean of ``(S_T - y)**2``. Functions:
:func:`surface`, :func:`train_map`, :func:`train`, :func:`trace`, :func:`valley`, :func:`compare`,
:func:`explore`, :func:`article`; data: :func:`counting_data`, :func:`read_csv`, :class:`Model`.
"""

import atexit as _atexit

from ._article import Article, article
from ._colors import Colors
from ._compare import Comparison, compare
from ._core import info, leave
from ._core import version as __version__
from ._evaluate import surface, train_map
from ._explore import Explorer, explore
from ._figures import Figure
from ._model import Data, Model, counting_data, read_csv
from ._runs import Run, article_start, train
from ._surface import Surface
from ._traces import Traces, article_points, trace, valley

_atexit.register(leave)  # daemon threads may be at work
del leave

__all__ = [
    "Article",
    "Colors",
    "Comparison",
    "Data",
    "Explorer",
    "Figure",
    "Model",
    "Run",
    "Surface",
    "Traces",
    "__version__",
    "article",
    "article_points",
    "article_start",
    "compare",
    "counting_data",
    "explore",
    "info",
    "read_csv",
    "surface",
    "trace",
    "train",
    "train_map",
    "valley",
]
