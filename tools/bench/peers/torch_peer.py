# SPDX-License-Identifier: MIT
"""PyTorch on the CPU: the plane as one batch, gradients by autograd."""
import sys

import harness
import numpy as np

try:
    import torch
except ImportError:
    sys.exit(0)


def bptt(size, cell):
    inputs, targets = (torch.from_numpy(a.astype(np.float32)) for a in harness.data())
    points = harness.axis(size).astype(np.float32)
    plane = [torch.from_numpy(np.ascontiguousarray(w)) for w in np.meshgrid(points, points)]

    def work():
        w_x, w_rec = (w.reshape(-1, 1).clone().requires_grad_() for w in plane)
        state = torch.zeros(size * size, harness.N)
        for k in range(harness.T):
            a = w_x * inputs[:, k] + w_rec * state
            state = torch.tanh(a) if cell == "tanh" else a
        loss = ((state - targets) ** 2).mean(dim=1)
        loss.sum().backward()
        return [field.detach().numpy().reshape(size, size)
                for field in (loss, w_x.grad, w_rec.grad)]
    return work


torch.set_num_threads(harness.THREADS)
harness.versions(torch)
for name in ("linear", "tanh"):
    harness.surface("PyTorch, batched, autograd", name, 256, lambda: bptt(256, name))
