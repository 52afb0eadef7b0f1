# SPDX-License-Identifier: MIT
"""JAX on the CPU as one who knows it uses it: the network unrolled with its data as constants, one
jit for all of it, the rows shared out among as many XLA devices as there are threads, since XLA
itself runs such a program in one thread. XLA reads its flags once, so that each set of them has a
process of its own."""
import os
import subprocess
import sys

VARIANTS = {
    "JAX, unrolled": "",
    "JAX, unrolled, 512-bit vectors": "--xla_cpu_prefer_vector_width=512",
    "JAX, unrolled, 512-bit vectors, fastmath":
        "--xla_cpu_prefer_vector_width=512 --xla_cpu_enable_fast_math=true",
}
if len(sys.argv) == 1:
    for variant, flags in VARIANTS.items():
        subprocess.run([sys.executable, __file__, variant], check=True,
                       env=os.environ | {"XLA_FLAGS": flags})
    sys.exit()

import harness  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import unrolled  # noqa: E402

jax.config.update("jax_num_cpu_devices", harness.THREADS)
jax.config.update("jax_enable_x64", True)  # for training; surfaces are computed in float32
CELLS = {"linear": lambda a: a, "tanh": jnp.tanh, "relu": lambda a: jnp.maximum(a, 0),
         "sigmoid": jax.nn.sigmoid}


def whole(size):
    """A size near this one that the threads can share out evenly."""
    return size - size % harness.THREADS


def plane(size, real):
    points = harness.axis(size).astype(real)
    rows = jax.sharding.NamedSharding(jax.make_mesh((harness.THREADS,), ("rows",)),
                                      jax.sharding.PartitionSpec("rows"))
    return [jax.device_put(w, rows) for w in np.meshgrid(points, points)]


def evaluate(w_x, w_rec, cell):
    return unrolled.loss_and_gradients(w_x, w_rec, cell, CELLS[cell], jnp.where)


def bptt(size, cell):
    w_x, w_rec = plane(size, np.float32)
    compiled = jax.jit(lambda *w: evaluate(*w, cell))
    return lambda: jax.block_until_ready(compiled(w_x, w_rec))


def train(size, cell, iterations):
    def step(_, state):
        w_x, w_rec, memory = state
        _, *gradients = evaluate(w_x, w_rec, cell)
        return unrolled.rprop_step(w_x, w_rec, memory, gradients, jnp.sign, jnp.where)

    def run(w_x, w_rec):
        delta, sign = jnp.full_like(w_x, 0.001), jnp.zeros_like(w_x)
        start = (w_x, w_rec, (delta, delta, sign, sign))
        w_x, w_rec, _ = jax.lax.fori_loop(0, iterations, step, start)
        return evaluate(w_x, w_rec, cell)[0]

    starts, compiled = plane(size, np.float64), jax.jit(run)
    return lambda: jax.block_until_ready(compiled(*starts))


harness.versions(jax)
for cell, size in (("linear", 1024), ("relu", 1024), ("tanh", 512), ("sigmoid", 512)):
    size = whole(size)
    harness.surface(sys.argv[1], cell, size, lambda: bptt(size, cell))
for cell, size in (("linear", 256), ("tanh", 96)):
    size = whole(size)
    harness.training(sys.argv[1], cell, size, 100, lambda: train(size, cell, 100))
