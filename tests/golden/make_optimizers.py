# SPDX-License-Identifier: MIT
"""Golden paths of the optimisers, by numpy in double precision: python3 make_optimizers.py

Each is transcribed from its source on its own (torch.optim.Rprop for irprop-minus), without the
project's rules. The problem is the article's; see make_golden.py.
"""
import numpy as np
from make_golden import evaluate, sequences, write

D0, UP, DOWN, LO, HI = 0.001, 1.2, 0.5, 1e-6, 50.0
RATE, MU, RHO, B1, B2, EPS = 0.001, 0.9, 0.9, 0.9, 0.999, 1e-8


def rprop_minus(s, L, g):
    """Igel & Huesken 2000, algorithm 2, weight by weight."""
    D, P = s.setdefault("D", [D0, D0]), s.setdefault("P", [0.0, 0.0])
    dw = [0.0, 0.0]
    for k in range(2):
        if P[k] * g[k] > 0:
            D[k] = min(D[k] * UP, HI)
        elif P[k] * g[k] < 0:
            D[k] = max(D[k] * DOWN, LO)
        dw[k] = -np.sign(g[k]) * D[k]
        P[k] = g[k]
    return np.array(dw)


def rprop_plus(s, L, g, improved=False):
    """Igel & Huesken 2000, algorithm 1; with improved, algorithm 3."""
    D, P, W = s.setdefault("D", [D0, D0]), s.setdefault("P", [0.0, 0.0]), s.setdefault("W", [0.0, 0.0])
    dw = [0.0, 0.0]
    for k in range(2):
        if P[k] * g[k] > 0:
            D[k] = min(D[k] * UP, HI)
            dw[k] = W[k] = -np.sign(g[k]) * D[k]
            P[k] = g[k]
        elif P[k] * g[k] < 0:
            D[k] = max(D[k] * DOWN, LO)
            if not improved or L > s["L"]:
                dw[k] = -W[k]
            P[k] = 0.0
        else:
            dw[k] = W[k] = -np.sign(g[k]) * D[k]
            P[k] = g[k]
    s["L"] = L
    return np.array(dw)


def torch_rprop(s, L, g):
    """_single_tensor_rprop of PyTorch 2."""
    g = g.copy()
    prev, size = s.setdefault("prev", np.zeros(2)), s.setdefault("size", np.full(2, D0))
    sign = np.sign(g * prev)
    sign[sign > 0], sign[sign < 0], sign[sign == 0] = UP, DOWN, 1
    s["size"] = size = np.clip(size * sign, LO, HI)
    g[sign == DOWN] = 0
    s["prev"] = g
    return -np.sign(g) * size


def momentum(s, L, g):
    s["v"] = MU * s.get("v", 0) + g
    return -RATE * s["v"]


def nesterov(s, L, g):
    s["v"] = MU * s.get("v", 0) + g
    return -RATE * (g + MU * s["v"])


def rmsprop(s, L, g):
    s["q"] = RHO * s.get("q", 0) + (1 - RHO) * g * g
    return -RATE * g / (np.sqrt(s["q"]) + EPS)


def adam(s, L, g):
    s["t"] = t = s.get("t", 0) + 1
    s["m"] = B1 * s.get("m", 0) + (1 - B1) * g
    s["v"] = B2 * s.get("v", 0) + (1 - B2) * g * g
    return -RATE * (s["m"] / (1 - B1**t)) / (np.sqrt(s["v"] / (1 - B2**t)) + EPS)


RULES = {
    "rprop-minus": rprop_minus, "rprop-plus": rprop_plus, "irprop-minus": torch_rprop,
    "irprop-plus": lambda s, L, g: rprop_plus(s, L, g, True), "gd": lambda s, L, g: -RATE * g,
    "momentum": momentum, "nesterov": nesterov, "rmsprop": rmsprop, "adam": adam,
}


def main():
    X, _ = sequences(1, 20, 10)
    t = X.sum(1)
    rows = []
    for name, rule in RULES.items():
        for clip in (0,) if "rprop" in name else (0, 0.5):
            w, state = np.array([0.4, 0.7]), {}
            for i in range(301):
                L, g, _ = evaluate(X, t, *w)
                if i in (0, 1, 2, 3, 10, 30, 100, 300):
                    rows.append([name, clip, i, *w, L])
                g = np.array(g)
                norm = np.sqrt((g * g).sum())
                if clip and norm >= clip:
                    g = clip / norm * g
                w = w + rule(state, L, g)
    write("article_optimizers.csv", ["optimizer", "clip_norm", "iteration", "w_x", "w_rec", "loss"], rows)


if __name__ == "__main__":
    main()
