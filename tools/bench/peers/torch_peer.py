# SPDX-License-Identifier: MIT
"""PyTorch on the CPU: the network unrolled with its data as constants and compiled whole; and the
plane as one batch with gradients by autograd, for comparison. What is compiled serves any number of
threads, and a second process finds it in the cache."""
import os

os.environ["TORCHINDUCTOR_CPP_DYNAMIC_THREADS"] = "1"

import harness  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import unrolled  # noqa: E402

CELLS = {"linear": lambda a: a, "tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}


def plane(size):
    points = harness.axis(size).astype(np.float32)
    return [torch.from_numpy(np.ascontiguousarray(w)) for w in np.meshgrid(points, points)]


def compiled(size, cell):
    weights = plane(size)
    evaluate = torch.compile(fullgraph=True)(
        lambda w_x, w_rec: unrolled.loss_and_gradients(w_x, w_rec, cell, CELLS[cell], torch.where))
    return lambda: evaluate(*weights)


def batched(size, cell):
    inputs, targets = (torch.from_numpy(a.astype(np.float32)) for a in harness.data())
    weights = plane(size)

    def work():
        w_x, w_rec = (w.reshape(-1, 1).clone().requires_grad_() for w in weights)
        state = torch.zeros(size * size, harness.N)
        for k in range(harness.T):
            state = CELLS[cell](w_x * inputs[:, k] + w_rec * state)
        loss = ((state - targets) ** 2).mean(dim=1)
        loss.sum().backward()
        return [field.detach().numpy().reshape(size, size)
                for field in (loss, w_x.grad, w_rec.grad)]
    return work


torch.set_num_threads(harness.THREADS)
harness.versions(torch)
for name in ("linear", "tanh"):
    harness.surface("PyTorch, batched, autograd", name, 256, lambda: batched(256, name))
for name, size in (("linear", 1024), ("relu", 1024), ("tanh", 512), ("sigmoid", 512)):
    harness.surface("PyTorch, compiled, unrolled", name, size, lambda: compiled(size, name))
