# SPDX-License-Identifier: MIT
"""The optimisers' parameters, by the names that the command line has for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from . import _core, _names


class TrainingParameters(TypedDict, total=False):
    """What an optimiser may be told. Each is refused where the optimiser does not read it."""

    optimizer: str
    """``rprop`` (the article's; the default), ``rprop-minus``, ``rprop-plus``, ``irprop-minus``
    (``torch.optim.Rprop``), ``irprop-plus`` (Riedmiller & Braun 1993; Igel & Hüsken 2000), ``gd``,
    ``momentum``, ``nesterov``, ``rmsprop``, ``adam``."""
    iterations: int
    """Number of iterations; 500."""
    learning_rate: float
    """Size of the steps of all but the Rprop family; 0.01."""
    momentum: float
    """Share of the last step that goes on (momentum, nesterov); 0.9."""
    rms_decay: float
    """Decay of the mean of the squared gradient (rmsprop); 0.9."""
    beta1: float
    """Decay of the mean gradient (adam); 0.9."""
    beta2: float
    """Decay of the mean of the squared gradient (adam); 0.999."""
    epsilon: float
    """Added to the root of that mean, to divide by (rmsprop, adam); 1e-8."""
    delta0: float
    """First step of each weight (the Rprop family); 0.001."""
    eta_plus: float
    """Growth of a step while the gradient keeps its sign (the Rprop family); 1.2."""
    eta_minus: float
    """Shrinking of a step when the sign changes (the Rprop family); 0.5."""
    delta_min: float
    """Smallest step (the Rprop family but ``rprop``); 1e-6."""
    delta_max: float
    """Largest step (the Rprop family but ``rprop``); 50."""
    clip_norm: float
    """Longest gradient, longer ones are shortened to it (Pascanu, Mikolov & Bengio 2013); 0: any
    length."""
    tolerance: float
    """Loss that counts as reached, for ``train_steps``; 1e-6."""


PARAMETERS = frozenset(TrainingParameters.__annotations__)
_TRAINED = frozenset(_core.trained_fields)


def options_of(function: str, given: Mapping[str, Any]) -> _core.TrainingOptions:
    """TypeError for a keyword that is none, ValueError for a value that makes no sense."""
    for name in given:
        if name not in PARAMETERS:
            raise TypeError(f"{function}() got an unexpected keyword argument '{name}'")
    parameters = dict(given)
    optimizer = _names.optimizer_number(parameters.pop("optimizer", "rprop"))
    iterations = _names.whole(parameters.pop("iterations", 500), "iterations", 0, 10**9)
    return _core.training_options(
        optimizer, iterations, {name: _names.real(value, name) for name, value in parameters.items()}
    )


def is_trained(numbers: Iterable[int]) -> bool:
    """Whether any of the fields takes a run of training for each cell."""
    return not _TRAINED.isdisjoint(numbers)


def options_for(
    function: str, given: Mapping[str, Any], numbers: Iterable[int]
) -> _core.TrainingOptions | None:
    """What fields are trained with; None where none of them is, which nothing may be told then."""
    trained = is_trained(numbers)
    if not given and not trained:
        return None
    options = options_of(function, given)
    if not trained:
        raise ValueError(
            f"{', '.join(given)}: none of the fields is trained; add train-loss or train-steps"
        )
    return options
