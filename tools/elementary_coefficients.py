#!/usr/bin/env python3
# The polynomials of include/gradscape/core/elementary.hpp: weighted least squares on Chebyshev nodes in
# 60 digits (mpmath), one coefficient at a time rounded to the type and the rest fitted again.
#   exp:  q(r) = (exp(r) - 1 - r) / r^2                       on |r| <= ln2/2, relative to exp(r) - 1
#   log:  p(z) = (2 atanh(s) - 2 s) / s^3, z = s^2            on |s| <= (sqrt2 - 1)/(sqrt2 + 1)
# usage: elementary_coefficients.py        (prints coefficients, lowest power first, and the error)
# SPDX-License-Identifier: MIT
import struct

from mpmath import mp, mpf, matrix, qr_solve, cos, pi, expm1, atanh, log, sqrt

mp.dps = 60


def rounded(value, bits):
    return mpf(float(value)) if bits == 53 else mpf(struct.unpack("f", struct.pack("f", float(value)))[0])


def least_squares(function, weight, lo, hi, powers):
    """Coefficients c of sum c_j x^powers_j, the weighted best on Chebyshev nodes (near-minimax)."""
    nodes = [(lo + hi) / 2 - (hi - lo) / 2 * cos(pi * (2 * i + 1) / 120) for i in range(60)]
    system = matrix([[x**power * weight(x) for power in powers] for x in nodes])
    return qr_solve(system, matrix([function(x) * weight(x) for x in nodes]))[0]


def fit(name, function, weight, lo, hi, degree, bits):
    fixed = []
    for first in range(degree + 1):
        rest = lambda x: function(x) - sum(c * x**j for j, c in enumerate(fixed))
        fixed.append(rounded(least_squares(rest, weight, lo, hi, list(range(first, degree + 1)))[0], bits))
    grid = [lo + (hi - lo) * mpf(i) / 997 for i in range(998)]
    worst = max(abs(weight(x) * (function(x) - sum(c * x**j for j, c in enumerate(fixed)))) for x in grid)
    print(f"{name}, {bits} bits, degree {degree}: error {mp.nstr(worst * mpf(2)**bits, 3)} x 2^-{bits}")
    for c in fixed:
        print("   ", repr(float(c)), float(c).hex())


def exp_tail(r):
    if abs(r) < mpf("1e-8"):
        return mpf(1) / 2 + r / 6 + r * r / 24
    return (expm1(r) - r) / r**2


def log_tail(z):
    if z < mpf("1e-12"):
        return mpf(2) / 3 + 2 * z / 5 + 2 * z * z / 7
    s = sqrt(z)
    return (2 * atanh(s) - 2 * s) / s**3


half_ln2 = log(2) / 2
exp_weight = lambda r: abs(r**2 / expm1(r)) if r else mpf(0)
s_max = (sqrt(2) - 1) / (sqrt(2) + 1)
for bits, degree in ((24, 4), (53, 9)):
    fit("exp", exp_tail, exp_weight, -half_ln2, half_ln2, degree, bits)
for bits, degree in ((24, 2), (53, 6)):
    fit("log", log_tail, lambda z: z, mpf(0), s_max**2, degree, bits)
