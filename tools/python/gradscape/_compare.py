# SPDX-License-Identifier: MIT
"""Two evaluators, held against each other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import _core, _names
from ._model import as_model
from ._progress import told
from ._training import options_for

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._training import TrainingParameters


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


_PRECISIONS = {"f32": 0, "f64": 1, "float32": 0, "float64": 1}


def _side(side: str | tuple[str, ...]) -> tuple[str, int, int]:
    """BACKEND[:METHOD[:PRECISION]], or the parts of it."""
    parts = list(side.split(":") if isinstance(side, str) else side if isinstance(side, tuple) else ())
    if not 1 <= len(parts) <= 3:
        raise ValueError(f"{side!r}: backend[:method[:precision]] is wanted, as in cpu:rows:f32")
    parts += [""] * (3 - len(parts))
    method = _names.method_number(parts[1]) if parts[1] else -1
    precision = _names.number_of(parts[2], "precision", _PRECISIONS) if parts[2] else -1
    return _names.text(parts[0], "backend"), method, precision


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
    initial_state: float | None = None,
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
    model = as_model(x, y, cell, "auto", weights, rnn, initial_state)
    numbers = _names.in_order(_names.field_numbers(fields))
    rtol = None if rtol is None else _names.real(rtol, "rtol")
    atol = None if atol is None else _names.real(atol, "atol")
    options = options_for("compare", training, numbers)
    cols, rows = _names.columns_and_rows(size)
    view = _core.View(
        *_names.ends("wx", wx), cols, *_names.ends("wrec", wrec), rows, numbers, 0, options
    )
    count = _names.thread_count(threads)
    with told(progress) as tell:
        facts = _core.compare(model._core, view, _side(a), _side(b), rtol, atol, count, tell)
    return Comparison(json.loads(facts))
