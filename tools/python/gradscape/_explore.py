# SPDX-License-Identifier: MIT
"""The explorer, in this process."""

from __future__ import annotations

import atexit
import html
import weakref
from typing import Any

import numpy as np

from . import _core, _names
from ._model import Data, Model, counting_data, refuse_beside_data, refuse_beside_model

# Pages of this machine: notebooks, and VS Code's.
_FRAMES = "http://localhost:* http://127.0.0.1:* https://*.vscode-cdn.net vscode-webview:"

_open: weakref.WeakSet[Explorer] = weakref.WeakSet()


class Explorer:
    """The landscape as a live map, served to this machine's browsers until it is closed.

    In a notebook it shows itself. It ends with ``close()``, with a ``with`` block, when nobody holds
    it any more, and with the process.

    Attributes
    ----------
    address : str
        For any browser of this machine; the path is a secret, without which nothing is answered.
    """

    __slots__ = ("_core", "address", "height", "__weakref__")

    def __init__(self, core: _core.Explorer, height: int, view: str = "") -> None:
        self._core = core
        self.address: str = core.address + view
        self.height = height

    @property
    def closed(self) -> bool:
        return self._core.closed

    def close(self) -> None:
        """Ends the server and its connections."""
        self._core.close()

    def __enter__(self) -> Explorer:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _repr_html_(self) -> str:
        if self.closed:
            return "<p>This explorer was closed.</p>"
        return (
            f'<iframe src="{html.escape(self.address)}" width="100%" height="{html.escape(str(self.height))}" '
            f'style="border: 0" title="Gradscape"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<gradscape.Explorer: {'closed' if self.closed else self.address}>"


def explore(
    x: Any = None,
    y: Any = None,
    *,
    weights: Any = None,
    initial_state: float | None = None,
    name: str = "x, y",
    backend: str = "auto",
    threads: int | None = None,
    port: int = 0,
    height: int = 720,
) -> Explorer:
    """Starts the explorer's server in this process; in a notebook its last value shows the map.

    Parameters
    ----------
    x, y, weights, initial_state
        As in :func:`surface`; the article's data without them. Of a model the page shows its cell
        first, by its backend.
    name : str
        What the page calls the data.
    backend, threads
        As in :func:`surface`.
    port : int
        Of 127.0.0.1; 0: any that is free.
    height : int
        Of the frame in a notebook, in pixels.

    The page reaches the notebook's own machine only: not that of a remote Jupyter, unless its port
    is forwarded.

    Examples
    --------
    >>> with gradscape.explore() as explorer:
    ...     explorer.address.startswith("http://127.0.0.1:")
    True
    """
    port = _names.whole(port, "port", 0, 65535)
    view = ""
    if x is None:
        if y is not None or weights is not None:
            raise ValueError("y, weights: they belong to an x, which is missing")
        x = counting_data()
    if isinstance(x, Model):
        refuse_beside_model(x, y, None, backend, weights, None, initial_state)
        backend, initial_state = x.backend, x.initial_state
        if x.cell != "linear":
            view = f"#cell={x.cell}"
        data = _data_of(x)
    elif isinstance(x, Data):
        refuse_beside_data(y, weights)
        data = x._core
    else:
        if y is None:
            raise ValueError("y: the targets are wanted, one number a sequence")
        if weights is not None:
            weights = _names.numbers(weights, "weights")
        data = _core.data_of_arrays(_names.numbers(x, "x"), _names.numbers(y, "y"), weights)
    if name == "x, y" and not data.in_memory:
        name = data.file or f"counting ones, seed {data.seed}"
    core = _core.Explorer(
        data,
        0.0 if initial_state is None else _names.real(initial_state, "initial_state"),
        _names.text(name, "name"),
        _names.text(backend, "backend"),
        _names.thread_count(threads),
        port,
        _FRAMES,
    )
    explorer = Explorer(core, height, view)
    _open.add(explorer)
    return explorer


def _data_of(model: Model) -> _core.Data:
    """A model's data with where they came from; those that a seed makes have their test set, too."""
    core = model._core
    file, seed, sequences, length, test_sequences, _, in_memory = core.origin
    if not file and not in_memory:
        return _core.counting_data(seed, sequences, length, test_sequences)
    none = np.empty((0, core.x.shape[1]))
    return _core.data_again(core.x, core.y, core.weights, none, none[:, 0], core.origin)


@atexit.register
def _close_all() -> None:
    """Threads that answer must not outlive the interpreter."""
    for explorer in list(_open):
        explorer.close()
