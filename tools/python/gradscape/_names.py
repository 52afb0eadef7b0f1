# SPDX-License-Identifier: MIT
"""From names, as the command line has them, to the numbers that the engine knows them by."""

from __future__ import annotations

import difflib
import math
import operator
import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from . import _core

#: Every field, by its name as an attribute: ``grad_wx`` for ``grad-wx``.
FIELD_NAMES: tuple[str, ...] = tuple(name.replace("-", "_") for name in _core.fields)

_FIELDS = {name: number for number, name in enumerate(_core.fields)}
_FIELDS.update({name: number for number, name in enumerate(FIELD_NAMES)})
_CELLS = {name: number for number, name in enumerate(_core.cells)}
_METHODS = {name: number for number, name in enumerate(_core.methods)}
_OPTIMIZERS = {name: number for number, name in enumerate(_core.optimizers)}
_OPTIMIZERS.update({name.replace("-", "_"): n for name, n in list(_OPTIMIZERS.items())})
_PRECISIONS = {"float32": 0, "f32": 0, "float64": 1, "f64": 1}


def number_of(name: object, what: str, table: dict[str, int]) -> int:
    """The number of a name; ValueError that names the nearest where there is no such name."""
    try:
        return table[name]  # type: ignore[index]
    except (KeyError, TypeError):
        pass
    names = [known for known in table if "_" not in known]
    near = difflib.get_close_matches(str(name), names, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ValueError(f"{what} {name}: unknown{hint}; choose one of {', '.join(names)}")


def cell_number(cell: str) -> int:
    return number_of(cell, "cell", _CELLS)


def method_number(method: str) -> int:
    return number_of(method, "method", _METHODS)


def optimizer_number(optimizer: str) -> int:
    return number_of(optimizer, "optimizer", _OPTIMIZERS)


def field_number(field: str) -> int:
    return number_of(field, "field", _FIELDS)


def optional_number(name: str | None, what: str, names: Sequence[str]) -> int | None:
    if name is None:
        return None
    return number_of(name, what, {known: number for number, known in enumerate(names)})


def field_numbers(fields: str | Iterable[str]) -> list[int]:
    """As they are asked for."""
    if isinstance(fields, str):
        return [field_number(fields)]
    try:
        names = list(fields)
    except TypeError:
        raise ValueError(f"fields {fields!r}: a name, or several, are wanted") from None
    if not names:
        raise ValueError("fields: at least one is wanted")
    return [field_number(name) for name in names]


def in_order(numbers: list[int]) -> list[int]:
    """Fields in the order of the engine, each once."""
    return numbers if len(numbers) == 1 else sorted(set(numbers))


def whole(value: Any, name: str, low: int, high: int) -> int:
    try:
        number = operator.index(value)
        if low <= number <= high:
            return number
    except TypeError:
        pass
    raise ValueError(f"{name} {value}: a whole number from {low} to {high} is wanted")


def real(value: Any, name: str) -> float:
    try:
        if not isinstance(value, (str, bytes, bytearray)):
            return float(value)
    except OverflowError:
        raise ValueError(f"{name}: a finite number is wanted, below 1.8e308") from None
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{name} {value!r}: a number is wanted")


def flag(value: Any, name: str) -> bool:
    """What is true of anything, such as a list of levels, would not say what is done with it."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise ValueError(f"{name} {value!r}: True or False is wanted")


def text(value: Any, name: str) -> str:
    """Text that has the same letters as UTF-8 and as C's, which a file's name may not have."""
    if isinstance(value, str) and "\0" not in value:
        try:
            value.encode()
            return value
        except UnicodeEncodeError:
            pass
    raise ValueError(f"{name} {value!r}: text is wanted")


def path(value: Any) -> str:
    """A file's name. TypeError, as from open(), where it is none."""
    return text(os.fsdecode(value), "path")


def csv_path(value: Any) -> str:
    """Of a table: another ending would promise another kind of file."""
    name = path(value)
    if not name.lower().endswith(".csv") and os.path.splitext(name)[1]:
        raise ValueError(f"path {name!r}: the ending .csv is wanted")
    return name


def _two(value: Any) -> tuple[float, float]:
    """Of a sequence: letters are no numbers, and what has no order is no pair."""
    if isinstance(value, (str, bytes, bytearray, dict, set, frozenset)):
        raise TypeError
    first, second = value
    if isinstance(first, (str, bytes)) or isinstance(second, (str, bytes)):
        raise TypeError
    return float(first), float(second)


def point(name: str, value: Any) -> tuple[float, float]:
    try:
        w_x, w_rec = _two(value)
    except OverflowError:
        raise ValueError(f"{name}: finite numbers are wanted, below 1.8e308") from None
    except (TypeError, ValueError):
        raise ValueError(f"{name} {value!r}: a point (w_x, w_rec) is wanted") from None
    if not (math.isfinite(w_x) and math.isfinite(w_rec)):
        raise ValueError(f"{name} {value!r}: finite numbers are wanted")
    return w_x, w_rec


def precision_number(dtype: Any) -> int:
    """-1 for None: what suits the fields."""
    if dtype is None:
        return -1
    known = _PRECISIONS.get(dtype) if isinstance(dtype, str) else None
    if known is not None:
        return known
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = str(dtype)
    known = _PRECISIONS.get(name)
    if known is None:
        raise ValueError(f"dtype {name}: float32 or float64 is wanted")
    return known


def thread_count(threads: int | None) -> int:
    """0 for None: all that the process may use."""
    if threads is None:
        return 0
    return whole(threads, "threads", 1, 4096)


def ends(name: str, value: Any) -> tuple[float, float]:
    """A range as two floats; what is wrong with them the engine says."""
    try:
        return _two(value)
    except OverflowError:
        raise ValueError(f"{name}: finite numbers are wanted, below 1.8e308") from None
    except (TypeError, ValueError):
        raise ValueError(f"{name}={value!r}: a range (low, high) is wanted, as in (-3, 3)") from None


def columns_and_rows(size: Any, name: str = "size") -> tuple[int, int]:
    """(columns, rows), as the command line's COLSxROWS; one number makes a square."""
    try:
        try:
            cols, rows = (size, size) if type(size) is int else size
        except TypeError:
            cols = rows = size
        cols, rows = operator.index(cols), operator.index(rows)
    except (TypeError, ValueError):
        cols = rows = 0
    if not (1 <= cols < 2**31 and 1 <= rows < 2**31):
        raise ValueError(
            f"{name} {size}: (columns, rows) or one number is wanted, whole numbers from 1 to "
            f"{2**31 - 1}"
        )
    return cols, rows


def numbers(value: Any, name: str) -> np.ndarray:
    """An array that the engine reads as it is: no copy unless its numbers are of a rare kind."""
    try:
        array = value if type(value) is np.ndarray else np.asarray(_detached(value))
        if (
            array.dtype.char not in "dfbBhHiIlLqQ?"
            or not array.dtype.isnative
            or not array.flags.aligned
        ):
            if array.dtype.kind not in "fiub":
                raise TypeError
            array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: an array of real numbers is wanted") from None
    return array


def _detached(value: Any) -> Any:
    """numpy takes no tensor that records gradients, though its numbers are the same; and it takes
    what is masked for numbers."""
    if np.ma.is_masked(value) or (
        isinstance(value, (list, tuple)) and any(np.ma.is_masked(one) for one in value)
    ):
        raise TypeError
    detach = getattr(value, "detach", None)
    return detach() if detach is not None else value
