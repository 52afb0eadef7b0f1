# SPDX-License-Identifier: MIT
"""numpy, vectorised over the cells: backpropagation through time, and the row form."""
import harness
import numpy as np

F = np.float32
# f, and the gradient before it from that after it.
CELLS = {
    "linear": (lambda a: a, lambda g, s: g),
    "tanh": (np.tanh, lambda g, s: g * (1 - s * s)),
    "relu": (lambda a: np.maximum(a, 0), lambda g, s: g * (s > 0)),
    "sigmoid": (lambda a: 1 / (1 + np.exp(-a)), lambda g, s: g * (s * (1 - s))),
}


def bptt(size, cell):
    inputs, targets = (a.astype(F) for a in harness.data())
    points = harness.axis(size).astype(F)
    w_x, w_rec = points[None, :], points[:, None]
    f, through = CELLS[cell]

    def work():
        loss, gx, grec = (np.zeros((size, size), F) for _ in range(3))
        for x, t in zip(inputs, targets):
            states = [np.zeros((size, size), F)]
            for k in range(harness.T):
                states.append(f(w_rec * states[-1] + w_x * x[k]))
            error = states[-1] - t
            loss += error * error
            gradient = 2 * error
            for k in range(harness.T, 0, -1):
                gradient = through(gradient, states[k])
                if x[k - 1] != 0:
                    gx += gradient * x[k - 1]
                grec += gradient * states[k - 1]
                gradient = gradient * w_rec
        return [field / F(harness.N) for field in (loss, gx, grec)]
    return work


def rows(size):
    inputs, targets = harness.data()
    points = harness.axis(size)
    powers = np.arange(harness.T - 1, -1, -1)
    values = [np.empty((size, size), F) for _ in range(3)]

    def work():
        r = points[:, None]
        p = r**powers @ inputs.T
        slope = (powers[:-1] * r**(powers[:-1] - 1)) @ inputs[:, :-1].T
        A = np.mean(p * p, axis=1)
        best = np.mean(p * targets, axis=1) / np.where(A > 0, A, 1)
        rest = best[:, None] * p - targets
        E, L, G = np.mean(p * slope, axis=1), np.mean(rest**2, axis=1), np.mean(rest * slope, axis=1)
        A, E, L, G = (c.astype(F)[:, None] for c in (A, E, L, G))
        w_x = points.astype(F)[None, :]
        d = (points[None, :] - best[:, None]).astype(F)
        loss, gx, grec = values
        np.multiply(2 * A, d, out=gx)
        np.multiply(A * d, d, out=loss)
        np.add(loss, L, out=loss)
        np.multiply(d, E, out=grec)
        np.add(grec, G, out=grec)
        np.multiply(grec, 2 * w_x, out=grec)
        return values
    return work


harness.versions(np)
for name, size in (("linear", 512), ("relu", 512), ("tanh", 256), ("sigmoid", 256)):
    harness.surface("numpy, vectorised", name, size, lambda: bptt(size, name))
harness.surface("numpy, vectorised", "linear", 2048, lambda: rows(2048), "rows")
