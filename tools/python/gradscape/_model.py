# SPDX-License-Identifier: MIT
"""Data and models: what there is to see."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core, _names

if TYPE_CHECKING:
    from ._surface import Surface
    from ._training import TrainingParameters
    from ._runs import Run
    from ._traces import Traces
    from typing_extensions import Unpack


class Data:
    """Sequences to learn, as arrays that nobody can write to; unpacks to ``x, y``.

    Attributes
    ----------
    x : (N, T) array of float64
        The sequences, a row each.
    y : (N,) array of float64
        Their targets.
    weights : (N,) array of float64
        How often each counts; 1 unless the file says otherwise.
    x_test, y_test : arrays
        Those that are not learnt, drawn after the others; none in data of a file.
    """

    __slots__ = ("_core", "__weakref__")

    def __init__(self, core: _core.Data) -> None:
        self._core = core

    @property
    def x(self) -> np.ndarray:
        return self._core.x

    @property
    def y(self) -> np.ndarray:
        return self._core.y

    @property
    def weights(self) -> np.ndarray:
        return self._core.weights

    @property
    def x_test(self) -> np.ndarray:
        return self._core.x_test

    @property
    def y_test(self) -> np.ndarray:
        return self._core.y_test

    def __iter__(self) -> Iterator[np.ndarray]:
        yield self.x
        yield self.y

    def __reduce__(self) -> tuple[Any, ...]:
        core = self._core
        state = (core.x, core.y, core.weights, core.x_test, core.y_test, core.origin)
        return _data_again, state

    def __repr__(self) -> str:
        count, length = self.x.shape
        origin = f"file {self._core.file!r}" if self._core.file else f"seed {self._core.seed}"
        return f"<gradscape.Data: {count} sequences of length {length}, {origin}>"


def _data_again(*state: Any) -> Data:
    return Data(_core.data_again(*state))


def counting_data(
    seed: int = 1, sequences: int = 20, length: int = 10, test_sequences: int = 5
) -> Data:
    """The article's data: random bits, and how many of them are ones.

    Bit for bit those of ``np.random.seed(seed); np.around(np.random.rand(sequences, length))``.

    Parameters
    ----------
    seed : int
        Of numpy's generator, 0 to 2**32 - 1.
    sequences, length, test_sequences : int
        How many sequences to learn, of how many steps, and how many more to test with.

    Examples
    --------
    >>> x, y = gradscape.counting_data(seed=1)
    >>> x[0]
    array([0., 1., 0., 0., 0., 0., 0., 0., 0., 1.])
    >>> y[:5]
    array([2., 4., 6., 6., 4.])
    """
    return Data(
        _core.counting_data(
            _names.whole(seed, "seed", 0, 2**32 - 1),
            _names.whole(sequences, "sequences", 1, 2**40),
            _names.whole(length, "length", 1, 2**40),
            _names.whole(test_sequences, "test_sequences", 0, 2**40),
        )
    )


def read_csv(path: str | os.PathLike[str]) -> Data:
    """Sequences from a CSV file with the header ``x1,...,xT[,target][,weight]``.

    Without ``target`` it is the row's sum. ValueError names the line that makes no sense, OSError
    says why the file cannot be read.
    """
    name = _names.path(path)
    with open(name, "rb"):
        pass  # Python's own words for a file that is not there
    return Data(_core.read_data(name))


def _rnn_point(rnn: Any) -> tuple[str, float, float]:
    """The cell and the weights of torch's network, if it is of this kind."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(rnn, torch.nn.RNN):
        raise ValueError(
            f"rnn: torch.nn.RNN(1, 1, bias=False) is wanted, not {type(rnn).__name__}"
        )
    size = (rnn.input_size, rnn.hidden_size, rnn.num_layers)
    if size != (1, 1, 1) or rnn.bias or rnn.bidirectional or getattr(rnn, "proj_size", 0):
        raise ValueError(f"rnn: torch.nn.RNN(1, 1, bias=False) is wanted, not {rnn}")
    return (
        str(rnn.nonlinearity),
        float(rnn.weight_ih_l0.detach().cpu().reshape(())),
        float(rnn.weight_hh_l0.detach().cpu().reshape(())),
    )


class Model:
    """Data and a cell, loaded once by an evaluator, for any number of views at once.

    ``gradscape.surface(x, y, ...)`` loads anew each time; where the same data are looked at often,
    or are many, this does it once. All functions of the module take one in place of ``x`` and ``y``.

    Parameters
    ----------
    x : (N, T) array_like of real numbers, or Data
        N sequences of T steps. Copied once; finite.
    y : (N,) array_like of real numbers
        Targets: what the last state is to be.
    cell : {"linear", "tanh", "relu", "sigmoid"}
        The activation f of ``S_k = f(w_x * x_k + w_rec * S_{k-1})``.
    backend : {"auto", "reference", "cpu", "cuda", "emulated"}
        What evaluates; ``gradscape.info()`` says which there are. All but the reference give the
        same bits.
    weights : (N,) array_like of numbers above 0, optional
        How often each sequence counts.
    initial_state : number, optional
        S_0 of every sequence; 0 without it.
    rnn : torch.nn.RNN, optional
        A network ``torch.nn.RNN(1, 1, bias=False)``, whose nonlinearity is the cell, and whose
        weights are marked in figures and are where training starts.

    Examples
    --------
    >>> model = gradscape.Model(*gradscape.counting_data(), cell="tanh")
    >>> model.surface(size=100).loss.shape
    (100, 100)
    """

    __slots__ = ("_core", "point", "__weakref__")

    def __init__(
        self,
        x: Any,
        y: Any = None,
        *,
        cell: str | None = None,
        backend: str = "auto",
        weights: Any = None,
        initial_state: float | None = None,
        rnn: Any = None,
    ) -> None:
        self.point: tuple[float, float] | None = None
        if rnn is not None:
            nonlinearity, w_x, w_rec = _rnn_point(rnn)
            if cell is not None and cell != nonlinearity:
                raise ValueError(f"cell {cell}: the rnn's is {nonlinearity}; leave out one of them")
            cell, self.point = nonlinearity, (w_x, w_rec)
        number = 0 if cell is None else _names.cell_number(cell)
        start = 0.0 if initial_state is None else _names.real(initial_state, "initial_state")
        backend = _names.text(backend, "backend")
        if isinstance(x, Data):
            refuse_beside_data(y, weights)
            self._core = _core.load_data(x._core, number, start, backend)
            return
        if y is None:
            raise ValueError("y: the targets are wanted, one number a sequence")
        if weights is not None:
            weights = _names.numbers(weights, "weights")
        self._core = _core.load_arrays(
            _names.numbers(x, "x"), _names.numbers(y, "y"), weights, number, start, backend
        )

    @property
    def x(self) -> np.ndarray:
        """The sequences; where many are the same, each once, with its weight."""
        return self._core.x

    @property
    def y(self) -> np.ndarray:
        """Their targets."""
        return self._core.y

    @property
    def weights(self) -> np.ndarray:
        """How often each counts."""
        return self._core.weights

    @property
    def cell(self) -> str:
        """The activation's name."""
        return self._core.cell

    @property
    def initial_state(self) -> float:
        """S_0, the state of every sequence before its first input."""
        return self._core.initial_state

    @property
    def backend(self) -> str:
        """The evaluator's name, never ``auto``."""
        return self._core.backend

    def surface(self, **options: Any) -> Surface:
        """:func:`gradscape.surface` of this model."""
        from ._evaluate import surface

        return surface(self, **options)

    def train(self, start: Any = None, **parameters: Unpack[TrainingParameters]) -> Run:
        """:func:`gradscape.train` of this model."""
        from ._runs import train

        return train(self, start=start, **parameters)

    def trace(self, at: Any = None) -> Traces:
        """:func:`gradscape.trace` of this model."""
        from ._traces import trace

        return trace(self, at=at)

    def valley(self, wrec: Any) -> np.ndarray:
        """:func:`gradscape.valley` of this model."""
        from ._traces import valley

        return valley(self, wrec=wrec)

    def predict(self, x: Any, at: tuple[float, float]) -> np.ndarray:
        """The last states of the network with the weights ``at``, a number for each row of x."""
        return _core.predict(self._core, _names.numbers(x, "x"), *_names.point("at", at))

    def __repr__(self) -> str:
        count, length = self.x.shape
        return (
            f"<gradscape.Model: {self.cell} cell, {count} sequences of length {length}, "
            f"backend {self.backend}>"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        core = self._core
        state = (core.x, core.y, core.weights, core.cell, core.backend, core.origin, self.point)
        return _model_again, (*state, core.initial_state)


def _model_again(
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    cell: str,
    backend: str,
    origin: tuple[Any, ...],
    point: tuple[float, float] | None,
    initial_state: float = 0.0,
) -> Model:
    if backend == "cuda" and _core.info()["backends"][backend]:
        backend = "auto"  # from a machine with a GPU to one without; the bits are the same
    model = Model.__new__(Model)
    model._core = _core.load_again(
        x, y, weights, _names.cell_number(cell), initial_state, backend, origin
    )
    model.point = point
    return model


def as_model(
    x: Any,
    y: Any,
    cell: Any,
    backend: str,
    weights: Any,
    rnn: Any,
    initial_state: float | None = None,
) -> Model:
    if not isinstance(x, Model):
        return Model(
            x,
            y,
            cell=cell,
            backend=backend,
            weights=weights,
            initial_state=initial_state,
            rnn=rnn,
        )
    refuse_beside_model(x, y, cell, backend, weights, rnn, initial_state)
    return x


def refuse_beside_model(
    model: Model,
    y: Any,
    cell: Any,
    backend: str,
    weights: Any,
    rnn: Any,
    initial_state: float | None,
) -> None:
    """ValueError where something is given that a model has."""
    if (
        y is not None
        or weights is not None
        or (cell is not None and cell != model.cell)
        or (backend != "auto" and backend != model.backend)
    ):
        raise ValueError("y, cell, backend, weights: the model has its own; give them to Model")
    if initial_state is not None:
        raise ValueError("initial_state: the model has its own; give it to Model")
    if rnn is not None:
        raise ValueError("rnn: the model has its own; give it to Model")


def refuse_beside_data(y: Any, weights: Any) -> None:
    """ValueError where something is given that Data have."""
    if y is not None or weights is not None:
        raise ValueError("y, weights: the data have theirs; give arrays, or Data alone")


def reference_unless_model(x: Any) -> str:
    """The backend of what is computed at few points, where the one that shares no code with the
    others is fast enough."""
    return "auto" if isinstance(x, Model) else "reference"
