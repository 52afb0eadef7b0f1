# SPDX-License-Identifier: MIT
"""A finished picture of the linear cell's loss in the article's 29 bands: numpy's row form, then
the colours by searchsorted and Pillow's palette PNG, or matplotlib's contourf. Gradscape's own
program is timed here too, from the start of its process to the finished file."""
import os
import tempfile

import harness
import matplotlib
import numpy as np
from PIL import Image

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

LEVELS = np.logspace(-0.2, 8, 30)
FOLDER = tempfile.TemporaryDirectory()
Image.MAX_IMAGE_PIXELS = None


def loss_surface(size):
    inputs, targets = harness.data()
    points = harness.axis(size)
    p = points[:, None] ** np.arange(harness.T - 1, -1, -1) @ inputs.T
    A = np.mean(p * p, axis=1)
    best = np.mean(p * targets, axis=1) / np.where(A > 0, A, 1)
    rest = np.mean((best[:, None] * p - targets) ** 2, axis=1).astype(np.float32)
    d = (points[None, :] - best[:, None]).astype(np.float32)
    return A.astype(np.float32)[:, None] * d * d + rest[:, None]


def pillow(size):
    path = FOLDER.name + "/pillow.png"
    colors = (plt.get_cmap("viridis")(np.linspace(0, 1, 31))[:, :3] * 255).astype(np.uint8)

    def work():
        index = np.searchsorted(LEVELS - 1, loss_surface(size)).astype(np.uint8)
        picture = Image.fromarray(index[::-1], "P")
        picture.putpalette(colors.tobytes())
        picture.save(path)
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


harness.versions(np, matplotlib)
SIZES = [int(size) for size in os.environ.get("GRADSCAPE_PICTURE_SIZES", "8192").split()]
for size in SIZES:
    harness.run("Gradscape, the whole program", "picture", size, lambda: gradscape(size),
                compare_indices)
    harness.run("numpy row form + Pillow", "picture", size, lambda: pillow(size), compare_indices)
size = 1024
harness.run("numpy row form + matplotlib contourf", "picture", size, lambda: contourf(size),
            compare_size(size))
