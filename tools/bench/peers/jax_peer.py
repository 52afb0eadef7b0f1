# SPDX-License-Identifier: MIT
"""JAX, on a GPU where its package is for one, else on the CPU: the loss of one cell in plain terms;
jit, vmap and grad do the rest."""
import harness
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)  # for training; surfaces are computed in float32


def make_loss(cell, real):
    inputs, targets = (jnp.asarray(a, real) for a in harness.data())

    def loss(w_x, w_rec):
        state = jnp.zeros(harness.N, real)
        for k in range(harness.T):
            a = w_x * inputs[:, k] + w_rec * state
            state = jnp.tanh(a) if cell == "tanh" else a
        return jnp.mean((state - targets) ** 2)
    return jax.value_and_grad(loss, argnums=(0, 1))


def plane(size, real):
    points = harness.axis(size).astype(real)
    return [jnp.asarray(w.ravel()) for w in np.meshgrid(points, points)]


def bptt(size, cell):
    w_x, w_rec = plane(size, np.float32)
    evaluate = jax.jit(jax.vmap(make_loss(cell, jnp.float32)))

    def work():
        loss, (gx, grec) = jax.block_until_ready(evaluate(w_x, w_rec))
        return [np.asarray(field).reshape(size, size) for field in (loss, gx, grec)]
    return work


def rows(size):
    inputs, targets = (jnp.asarray(a) for a in harness.data())
    points = harness.axis(size)

    def outputs(r):
        return sum(inputs[:, k] * r ** (harness.T - 1 - k) for k in range(harness.T))

    def row(r):
        p, slope = jax.jvp(outputs, (r,), (jnp.ones_like(r),))
        A = jnp.mean(p * p)
        best = jnp.mean(p * targets) / jnp.where(A > 0, A, 1)
        rest = best * p - targets
        E, L, G = jnp.mean(p * slope), jnp.mean(rest**2), jnp.mean(rest * slope)
        d = (points - best).astype(jnp.float32)
        A, E, L, G = (c.astype(jnp.float32) for c in (A, E, L, G))
        w_x = points.astype(jnp.float32)
        return A * d * d + L, 2 * A * d, 2 * w_x * (d * E + G)
    evaluate = jax.jit(jax.vmap(row))

    def work():
        return [np.asarray(field) for field in jax.block_until_ready(evaluate(points))]
    return work


def train(size, iterations):
    w_x, w_rec = plane(size, np.float64)
    evaluate = make_loss("linear", jnp.float64)

    def step(_, state):
        w, delta, sign = state
        _, gradient = evaluate(w[0], w[1])
        now = jnp.sign(jnp.stack(gradient))
        delta = delta * jnp.where(now == sign, 1.2, 0.5)
        return w - now * delta, delta, now

    def one(x, rec):
        start = (jnp.stack([x, rec]), jnp.full(2, 0.001), jnp.zeros(2))
        w, _, _ = jax.lax.fori_loop(0, iterations, step, start)
        return evaluate(w[0], w[1])[0]
    run = jax.jit(jax.vmap(one))
    return lambda: np.asarray(jax.block_until_ready(run(w_x, w_rec))).reshape(size, size)


harness.versions(jax)
NAME = "JAX, jit + vmap + grad"
DEVICE = jax.default_backend()
for name in ("linear", "tanh"):
    size = 2048 if DEVICE == "gpu" else 512
    harness.surface(NAME, name, size, lambda: bptt(size, name), device=DEVICE)
if DEVICE == "cpu":
    harness.surface(NAME, "linear", 4096, lambda: rows(4096), "rows")
    harness.training(NAME, "linear", 100, 100, lambda: train(100, 100))
