# SPDX-License-Identifier: MIT
"""The article's network written out, sequence by sequence and step by step, with its data as
constants: what one gives a compiler that fuses whole programs. Sequences that begin alike share
their states, and a state that is known to be 0 multiplies nothing. Only operators of the arrays are
used, so any library can compile it."""
import functools
import operator

import harness

INPUTS, TARGETS = (values.tolist() for values in harness.data())
NUMBERS = {(): 0}  # of the beginnings, as they come
PATHS = [[NUMBERS.setdefault(tuple(x[:k]), len(NUMBERS)) for k in range(harness.T + 1)]
         for x in INPUTS]  # of each sequence: the numbers of its beginnings
AT_REST = {"linear": 0.0, "tanh": 0.0, "relu": 0.0, "sigmoid": 0.5}  # f(0)


def is_zero(value):
    return isinstance(value, float) and value == 0


def products(*pairs):
    """The sum of the products that are not known to be 0; None where none is left."""
    terms = [weight * factor for weight, factor in pairs if not is_zero(factor)]
    return functools.reduce(operator.add, terms) if terms else None


def loss_and_gradients(w_x, w_rec, cell, f, where):
    """loss, dL/dw_x and dL/dw_rec of arrays of weights; f is the cell's function."""
    def through(gradient, state):
        """The gradient before f, from that after it."""
        if cell == "tanh":
            return gradient * (1 - state * state)
        if cell == "sigmoid":
            return gradient * (state * (1 - state))
        return where(state > 0, gradient, 0.0) if cell == "relu" else gradient

    reached = [0.0]
    squares, to_x, to_rec = [], [], []
    for x, target, path in zip(INPUTS, TARGETS, PATHS):
        for k in range(harness.T):
            if path[k + 1] == len(reached):
                a = products((w_rec, reached[path[k]]), (w_x, x[k]))
                reached.append(AT_REST[cell] if a is None else f(a))
        states = [reached[number] for number in path]
        error = states[-1] - target
        squares.append(error * error)
        gradient = 2 * error
        for k in range(harness.T, 0, -1):
            if is_zero(states[k]):
                break  # and so are all states and inputs before it
            gradient = through(gradient, states[k])
            if x[k - 1]:
                to_x.append(gradient * x[k - 1])
            if not is_zero(states[k - 1]):
                to_rec.append(gradient * states[k - 1])
            gradient = gradient * w_rec
    return [functools.reduce(operator.add, terms) / harness.N for terms in (squares, to_x, to_rec)]


def rprop_step(w_x, w_rec, state, gradients, sign, where):
    """Weights and state after one step of Rprop; state: both step sizes and the signs before."""
    delta_x, delta_rec, sign_x, sign_rec = state
    now_x, now_rec = (sign(g) for g in gradients)
    delta_x = delta_x * where(now_x == sign_x, 1.2, 0.5)
    delta_rec = delta_rec * where(now_rec == sign_rec, 1.2, 0.5)
    return (w_x - now_x * delta_x, w_rec - now_rec * delta_rec,
            (delta_x, delta_rec, now_x, now_rec))
