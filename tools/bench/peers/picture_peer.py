# SPDX-License-Identifier: MIT
"""A finished picture of the linear cell's loss in the article's 29 bands: the row form by numpy or
Numba, the colours by comparison with the levels, a palette PNG by Pillow; or matplotlib's contourf.
Gradscape's own program is timed here too, from the start of its process to the finished file."""
import os
import tempfile

import harness
import matplotlib
import numba
import numpy as np
from PIL import Image

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

LEVELS = np.logspace(-0.2, 8, 30)
FOLDER = tempfile.TemporaryDirectory()
Image.MAX_IMAGE_PIXELS = None


def row_form(points):
    """Of each row: the parabola's curvature, its lowest point and the loss there."""
    inputs, targets = harness.data()
    p = points[:, None] ** np.arange(harness.T - 1, -1, -1) @ inputs.T
    A = np.mean(p * p, axis=1)
    best = np.mean(p * targets, axis=1) / np.where(A > 0, A, 1)
    rest = np.mean((best[:, None] * p - targets) ** 2, axis=1)
    return A.astype(np.float32), best, rest.astype(np.float32)


def loss_rows(points, A, best, rest):
    d = (points[None, :] - best[:, None]).astype(np.float32)
    return A[:, None] * d * d + rest[:, None]


def loss_surface(size):
    points = harness.axis(size)
    return loss_rows(points, *row_form(points))


def plain_indices(size):
    return np.searchsorted(LEVELS - 1, loss_surface(size)).astype(np.uint8)


def block_indices(size, rows=8):
    """The same in blocks of rows that stay in the cache."""
    points = harness.axis(size)
    levels = (LEVELS - 1).astype(np.float32)
    index = np.empty((size, size), np.uint8)
    A, best, rest = row_form(points)
    for i in range(0, size, rows):
        block = slice(i, i + rows)
        index[block] = np.searchsorted(levels, loss_rows(points, A[block], best[block], rest[block]))
    return index


@numba.njit(parallel=True, fastmath=True)
def color_cells(points, A, best, rest, levels, index):
    for i in numba.prange(points.size):
        for j in range(points.size):
            d = np.float32(points[j] - best[i])
            loss = A[i] * d * d + rest[i]
            band = 0
            for level in levels:  # no branch, no search
                band += level < loss
            index[i, j] = band


def numba_indices(size):
    points = harness.axis(size)
    index = np.empty((size, size), np.uint8)
    color_cells(points, *row_form(points), (LEVELS - 1).astype(np.float32), index)
    return index


def pillow(size, indices, **how):
    path = FOLDER.name + "/pillow.png"
    colors = (plt.get_cmap("viridis")(np.linspace(0, 1, 31))[:, :3] * 255).astype(np.uint8)

    def work():
        picture = Image.fromarray(indices(size)[::-1], "P")
        picture.putpalette(colors.tobytes())
        picture.save(path, **how)
        return path
    return work


def contourf(size):
    path = FOLDER.name + "/contourf.png"

    def work():
        points = harness.axis(size)
        figure = plt.figure(figsize=(size / 100, size / 100), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.contourf(points, points, loss_surface(size) + 1, levels=LEVELS, cmap="viridis",
                      norm=matplotlib.colors.LogNorm())
        axes.set_axis_off()
        figure.savefig(path)
        plt.close(figure)
        return path
    return work


def gradscape(size):
    path = FOLDER.name + "/gradscape.png"

    def work():
        harness.gradscape("surface", "--quiet", "--size", size, "--threads", harness.THREADS, "-o",
                          path)
        return path
    return work


def compare_indices(path):
    """Pixel by pixel with Gradscape's picture; a value within rounding of a level may fall on
    either side, which moves the colour by one."""
    mine = np.asarray(Image.open(path)).astype(int)
    harness.gradscape("surface", "--quiet", "--size", mine.shape[0], "-o", FOLDER.name + "/ours.png")
    difference = np.abs(np.asarray(Image.open(FOLDER.name + "/ours.png")).astype(int) - mine)
    if difference.max() > 1 or (difference > 0).mean() > 1e-4:
        return f"{(difference > 0).sum()} pixels differ, by up to {difference.max()}"
    return ""


def compare_size(size):
    """Contours are drawn as polygons: their picture is no pixel-by-pixel image of the surface."""
    def compare(path):
        shape = Image.open(path).size
        return "" if shape == (size, size) else f"the picture is {shape}"
    return compare


harness.versions(np, matplotlib, numba)
SIZES = [int(size) for size in os.environ.get("GRADSCAPE_PICTURE_SIZES", "8192").split()]
for size in SIZES:
    harness.run("Gradscape, the whole program", "picture", size, lambda: gradscape(size),
                compare_indices)
    for name, indices in (("numpy row form", plain_indices),
                          ("numpy row form in blocks", block_indices),
                          ("Numba row form", numba_indices)):
        harness.run(f"{name} + Pillow", "picture", size, lambda: pillow(size, indices),
                    compare_indices)
        harness.run(f"{name} + Pillow, compress_level=1", "picture", size,
                    lambda: pillow(size, indices, compress_level=1), compare_indices)
size = 1024
harness.run("numpy row form + matplotlib contourf", "picture", size, lambda: contourf(size),
            compare_size(size))
