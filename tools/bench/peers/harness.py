"""What all peers share: the problem, the grid, the comparison with Gradscape's own values, and the
clock. A peer is a script that calls run() with its tasks; its results are JSON lines on standard
output. A surface that differs from Gradscape's is an error and has no time.
SPDX-License-Identifier: MIT
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

N, T = 20, 10
LO, HI = -3.0, 3.0
BUDGET = float(os.environ.get("GRADSCAPE_PEER_SECONDS", "1.5"))  # of repetitions of one task
REPETITIONS = 5
THREADS = len(os.sched_getaffinity(0))


def data():
    """The article's 20 sequences and their targets."""
    np.random.seed(1)
    inputs = np.around(np.random.rand(N, T))
    return inputs, inputs.sum(axis=1)


def axis(size):
    return np.linspace(LO, HI, size)


def gradscape(*arguments):
    subprocess.run([os.environ["GRADSCAPE"], *map(str, arguments)], check=True)


def ours(size, cell, method):
    """Loss and gradients by Gradscape in float64."""
    with tempfile.TemporaryDirectory() as folder:
        gradscape("surface", "--quiet", "--size", size, "--cell", cell, "--method", method,
                  "--precision", "f64", "-o", f"{folder}/ours.npz")
        with np.load(f"{folder}/ours.npz") as file:
            return [file[name] for name in ("loss", "grad_wx", "grad_wrec")]


def compare_surface(values, cell, method):
    """Each of loss and gradients within 1e-3 of ours or, where the terms of a sum cancel, within
    1e-4 of the largest value in its row: what float32 can promise without special care."""
    size = values[0].shape[0]
    for name, got, truth in zip(("loss", "grad_wx", "grad_wrec"), values, ours(size, cell, method)):
        allowed = 1e-3 * np.abs(truth) + 1e-4 * np.abs(truth).max(axis=1, keepdims=True)
        wrong = ~(np.abs(np.asarray(got, dtype=np.float64) - truth) <= allowed)
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            return f"{name} at row {row}, column {column} is {got[row, column]}, not {truth[row, column]}"
    return ""


def compare_training(loss, cell, iterations):
    """The loss after the last iteration; the sign of a tiny gradient may turn a few runs."""
    size = loss.shape[0]
    with tempfile.TemporaryDirectory() as folder:
        gradscape("surface", "--quiet", "--size", size, "--cell", cell, "--field", "train-loss",
                  "--iterations", iterations, "-o", f"{folder}/ours.npy")
        truth = np.load(f"{folder}/ours.npy")
    with np.errstate(invalid="ignore"):
        same = (loss == truth) | (np.abs(loss - truth) <= 1e-6 * (1 + truth))
    return "" if same.mean() > 0.95 else f"only {same.mean():.1%} of the runs end alike"


def clock(work):
    """Seconds of the first call, then of the best call, with the spread of all."""
    start = time.perf_counter()
    work()
    first = time.perf_counter() - start
    seconds = []
    while len(seconds) < REPETITIONS and (len(seconds) < 2 or sum(seconds) < BUDGET):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return {"first": first, "best": min(seconds), "median": float(np.median(seconds)),
            "spread": (max(seconds) - min(seconds)) / float(np.median(seconds)),
            "repetitions": len(seconds)}


def report(peer, task, size, cells, error, times):
    line = {"peer": peer, "task": task, "size": size, "cells": cells, "threads": THREADS}
    line.update({"error": error} if error else times | {"cells_per_second": cells / times["best"]})
    print(json.dumps(line), flush=True)


def run(peer, task, size, make, compare):
    """make() gives a function without arguments that computes the task and returns its result;
    compare(result) says what is wrong with it."""
    try:
        work = make()
        times = clock(work)
        error = compare(work())
    except Exception as failure:  # one peer's failure must not hide the others
        times, error = {}, f"{type(failure).__name__}: {failure}"
    report(peer, task, size, size * size, error, times)


def surface(peer, cell, size, make, method="bptt", device="cpu"):
    task = f"{method}-{cell}" + ("-gpu" if device == "gpu" else "")
    run(peer, task, size, make, lambda values: compare_surface(values, cell, method))


def training(peer, cell, size, iterations, make):
    run(peer, f"train-{cell}-{iterations}", size, make,
        lambda loss: compare_training(np.asarray(loss), cell, iterations))


def versions(*modules):
    print(json.dumps({"versions": {m.__name__: m.__version__ for m in modules} |
                      {"python": sys.version.split()[0]}}), flush=True)
