# SPDX-License-Identifier: MIT
"""How far a call is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tell = Callable[[int, int], Any]


class _Nothing:
    """As a context manager that costs next to nothing."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exception: object) -> None:
        pass


class _Callable:
    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def __enter__(self) -> Tell:
        return self._tell

    def __exit__(self, *exception: object) -> None:
        pass


class _Bar:
    """tqdm's, made when there is something to tell."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            raise ValueError("progress True: tqdm is not installed; a callable would do") from None
        self._make = tqdm
        self._bar: Any = None

    def __enter__(self) -> Tell:
        return self._update

    def _update(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = self._make(total=total, unit="cell", unit_scale=True)
        self._bar.update(done - self._bar.n)

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()


_nothing = _Nothing()


def told(progress: bool | Tell | None) -> Any:
    if progress is None or progress is False:
        return _nothing
    if progress is True:
        return _Bar()
    if not callable(progress):
        raise ValueError(f"progress {progress!r}: a callable of (cells done, of how many) is wanted")
    return _Callable(progress)
