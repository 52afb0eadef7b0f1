# SPDX-License-Identifier: MIT
"""The article's own way: numpy for the sequences of one cell, Python loops over time and cells."""
import harness
import numpy as np


def surface(size):
    inputs, targets = harness.data()
    points = harness.axis(size)
    values = [np.empty((size, size)) for _ in range(3)]

    def work():
        for i, w_rec in enumerate(points):
            for j, w_x in enumerate(points):
                states = np.zeros((harness.N, harness.T + 1))
                for k in range(harness.T):
                    states[:, k + 1] = inputs[:, k] * w_x + states[:, k] * w_rec
                error = states[:, -1] - targets
                gradient = 2 * error / harness.N
                gx = grec = 0.0
                for k in range(harness.T, 0, -1):
                    gx += np.sum(gradient * inputs[:, k - 1])
                    grec += np.sum(gradient * states[:, k - 1])
                    gradient = gradient * w_rec
                values[0][i, j], values[1][i, j], values[2][i, j] = np.mean(error**2), gx, grec
        return values
    return work


harness.versions(np)
harness.surface("numpy, loops over cells (the article)", "linear", 60, lambda: surface(60))
