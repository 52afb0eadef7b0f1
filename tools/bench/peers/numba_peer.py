# SPDX-License-Identifier: MIT
"""Numba: one parallel loop over the rows, mostly with fastmath. Backpropagation is written
twice: a cell at a time, as the formulas read, and a block of cells at a time, innermost, so that
the compiler can use its vectors."""
import harness
import numba
import numpy as np

F = np.float32
BLOCK = 64


def activation(fastmath, cell, real=F):
    """f, and its slope as a function of its value."""
    f, slope = {
        "linear": (lambda a: a, lambda s: real(1)),
        "tanh": (lambda a: real(np.tanh(a)), lambda s: real(1) - s * s),
        "relu": (lambda a: max(a, real(0)), lambda s: real(1) if s > 0 else real(0)),
        "sigmoid": (lambda a: real(1) / (real(1) + np.exp(-a)), lambda s: s * (real(1) - s)),
    }[cell]
    compiled = numba.njit(fastmath=fastmath)
    return compiled(f), compiled(slope)


def cell_at_a_time(fastmath, cell):
    activate, slope = activation(fastmath, cell)

    @numba.njit(parallel=True, fastmath=fastmath)
    def surface(inputs, targets, wx, wrec, loss, gx, grec):
        count, length = inputs.shape
        scale = F(1) / F(count)
        for i in numba.prange(wrec.size):
            states = np.zeros(length + 1, np.float32)
            r = wrec[i]
            for j in range(wx.size):
                w = wx[j]
                total = total_x = total_rec = F(0)
                for n in range(count):
                    for k in range(length):
                        states[k + 1] = activate(inputs[n, k] * w + states[k] * r)
                    error = states[length] - targets[n]
                    total += error * error
                    g = F(2) * error
                    for k in range(length, 0, -1):
                        g = g * slope(states[k])
                        total_x += g * inputs[n, k - 1]
                        total_rec += g * states[k - 1]
                        g = g * r
                loss[i, j] = total * scale
                gx[i, j] = total_x * scale
                grec[i, j] = total_rec * scale
    return surface


def block_at_a_time(fastmath, cell):
    activate, slope = activation(fastmath, cell)

    @numba.njit(parallel=True, fastmath=fastmath)
    def surface(inputs, targets, wx, wrec, loss, gx, grec):
        count, length = inputs.shape
        scale = F(1) / F(count)
        for i in numba.prange(wrec.size):
            states = np.zeros((length + 1, BLOCK), np.float32)
            g = np.empty(BLOCK, np.float32)
            total, total_x, total_rec = (np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32),
                                         np.empty(BLOCK, np.float32))
            r = wrec[i]
            for first in range(0, wx.size, BLOCK):
                w = wx[first:first + BLOCK]
                total[:], total_x[:], total_rec[:] = F(0), F(0), F(0)
                for n in range(count):
                    for k in range(length):
                        x = inputs[n, k]
                        for j in range(BLOCK):
                            states[k + 1, j] = activate(x * w[j] + states[k, j] * r)
                    t = targets[n]
                    for j in range(BLOCK):
                        error = states[length, j] - t
                        total[j] += error * error
                        g[j] = F(2) * error
                    for k in range(length, 0, -1):
                        x = inputs[n, k - 1]
                        for j in range(BLOCK):
                            h = g[j] * slope(states[k, j])
                            total_x[j] += h * x
                            total_rec[j] += h * states[k - 1, j]
                            g[j] = h * r
                for j in range(BLOCK):
                    loss[i, first + j] = total[j] * scale
                    gx[i, first + j] = total_x[j] * scale
                    grec[i, first + j] = total_rec[j] * scale
    return surface


def rows_kernel(fastmath):
    @numba.njit(parallel=True, fastmath=fastmath)
    def surface(inputs, targets, points, loss, gx, grec):
        count, length = inputs.shape
        for i in numba.prange(points.size):
            r = points[i]
            p, slope = np.zeros(count), np.zeros(count)
            pp = pt = 0.0
            for n in range(count):
                for k in range(length):
                    slope[n] = slope[n] * r + p[n]
                    p[n] = p[n] * r + inputs[n, k]
                pp += p[n] * p[n]
                pt += p[n] * targets[n]
            best = pt / pp if pp > 0 else 0.0
            low = ps = rs = 0.0
            for n in range(count):
                rest = best * p[n] - targets[n]
                low += rest * rest
                ps += p[n] * slope[n]
                rs += rest * slope[n]
            A, L, E, G = F(pp / count), F(low / count), F(2 * ps / count), F(2 * rs / count)
            for j in range(points.size):
                d = F(points[j] - best)
                loss[i, j] = A * d * d + L
                gx[i, j] = F(2) * A * d
                grec[i, j] = F(points[j]) * (d * E + G)
    return surface


def train_kernel(fastmath, cell):
    activate, slope = activation(fastmath, cell, np.float64)

    @numba.njit(fastmath=fastmath)
    def evaluate(inputs, targets, w, r, states):
        count, length = inputs.shape
        total = total_x = total_rec = 0.0
        for n in range(count):
            for k in range(length):
                states[k + 1] = activate(inputs[n, k] * w + states[k] * r)
            error = states[length] - targets[n]
            total += error * error
            g = 2 * error
            for k in range(length, 0, -1):
                g = g * slope(states[k])
                total_x += g * inputs[n, k - 1]
                total_rec += g * states[k - 1]
                g = g * r
        return total / count, total_x / count, total_rec / count

    @numba.njit(parallel=True, fastmath=fastmath)
    def train(inputs, targets, points, iterations, loss):
        for i in numba.prange(points.size):
            states = np.zeros(inputs.shape[1] + 1)
            for j in range(points.size):
                w, r = points[j], points[i]
                delta_x = delta_rec = 0.001
                sign_x = sign_rec = 0.0
                for _ in range(iterations):
                    _, g_x, g_rec = evaluate(inputs, targets, w, r, states)
                    now_x, now_rec = np.sign(g_x), np.sign(g_rec)
                    delta_x *= 1.2 if now_x == sign_x else 0.5
                    delta_rec *= 1.2 if now_rec == sign_rec else 0.5
                    w -= now_x * delta_x
                    r -= now_rec * delta_rec
                    sign_x, sign_rec = now_x, now_rec
                loss[i, j] = evaluate(inputs, targets, w, r, states)[0]
    return train


def outputs(size, count=3):
    return [np.empty((size, size), F) for _ in range(count)]


def bptt(build, fastmath, size, cell):
    inputs, targets = (a.astype(F) for a in harness.data())
    points, values = harness.axis(size).astype(F), outputs(size)
    kernel = build(fastmath, cell)

    def work():
        kernel(inputs, targets, points, points, *values)
        return values
    return work


def rows(fastmath, size):
    inputs, targets = harness.data()
    points, values, kernel = harness.axis(size), outputs(size), rows_kernel(fastmath)

    def work():
        kernel(inputs, targets, points, *values)
        return values
    return work


def train(fastmath, cell, size, iterations):
    inputs, targets = harness.data()
    points, loss = harness.axis(size), np.empty((size, size))
    kernel = train_kernel(fastmath, cell)

    def work():
        kernel(inputs, targets, points, iterations, loss)
        return loss
    return work


harness.versions(numba)
SIZES = {"linear": 1024, "relu": 1024, "tanh": 256, "sigmoid": 256}
for name, size in SIZES.items():
    harness.surface("Numba, blocks of cells, fastmath", name, size,
                    lambda: bptt(block_at_a_time, True, size, name))
for name in ("linear", "tanh"):
    size = SIZES[name]
    harness.surface("Numba, a cell at a time, fastmath", name, size,
                    lambda: bptt(cell_at_a_time, True, size, name))
harness.surface("Numba, blocks of cells", "linear", 1024,
                lambda: bptt(block_at_a_time, False, 1024, "linear"))
for fast in (False, True):
    harness.surface("Numba" + (", fastmath" if fast else ""), "linear", 4096,
                    lambda: rows(fast, 4096), "rows")
for name, size in (("linear", 100), ("tanh", 32)):
    harness.training("Numba, fastmath", name, size, 100, lambda: train(True, name, size, 100))
