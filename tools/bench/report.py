"""Writes docs/benchmarks.md and its plots from what gradscape-bench and the peers measured. Every
number in it is computed here; nothing is typed by hand. Usage: see report.sh
SPDX-License-Identifier: MIT
"""
import argparse
import datetime
import json
import pathlib
import platform
import subprocess

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

TASKS = {
    "bptt-linear": ("Linear cell, loss and both gradients by backpropagation, f32",
                    "evaluate/cpu/bptt/linear/f32/loss+gradients"),
    "bptt-tanh": ("tanh cell, loss and both gradients by backpropagation, f32",
                  "evaluate/cpu/bptt/tanh/f32/loss+gradients"),
    "bptt-sigmoid": ("Sigmoid cell, loss and both gradients by backpropagation, f32",
                     "evaluate/cpu/bptt/sigmoid/f32/loss+gradients"),
    "bptt-relu": ("relu cell, loss and both gradients by backpropagation, f32",
                  "evaluate/cpu/bptt/relu/f32/loss+gradients"),
    "rows-linear": ("Linear cell, loss and both gradients by the row form, f32",
                    "evaluate/cpu/rows/linear/f32/loss+gradients"),
    "train-linear-100": ("Training from every cell: Rprop, 100 iterations, linear cell, f64",
                         "train/cpu/bptt/linear/f64/train/1e6-starts"),
    "train-tanh-100": ("Training from every cell: Rprop, 100 iterations, tanh cell, f64",
                       "train/cpu/bptt/tanh/f64/train"),
    "picture": ("A finished picture, linear cell, 29 bands",
                "end-to-end/library/png/bands/linear/8192x8192"),
}
# Only where there is a GPU.
GPU_TASKS = {
    "bptt-linear-gpu": ("On a GPU: linear cell, loss and both gradients, f32, fetched",
                        "evaluate/cuda/bptt/linear/f32/loss+gradients"),
    "bptt-tanh-gpu": ("On a GPU: tanh cell, loss and both gradients, f32, fetched",
                      "evaluate/cuda/bptt/tanh/f32/loss+gradients"),
}
# How many times as fast as the fastest of all peers, with one thread and with all.
TARGETS = {"bptt-linear": 3.2, "bptt-tanh": 12, "bptt-sigmoid": 6, "bptt-relu": 2,
           "train-linear-100": 6, "train-tanh-100": 6}
UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""))


def rate(value):
    for size, unit in UNITS:
        if value >= size:
            return f"{value / size:.3g} {unit}".strip()
    return f"{value:.3g}"


def seconds(value):
    if value >= 1:
        return f"{value:.3g} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]) + "\n"


class Measured:
    """All results: ours by name for all cores and for one, and the peers'."""

    def __init__(self, folder):
        self.all = json.loads((folder / "all.json").read_text())
        scaling = json.loads((folder / "scaling.json").read_text())
        self.all["results"] += scaling["results"]
        self.store = max(run["limits"]["store_bytes_per_second"] for run in (self.all, scaling))
        self.one = json.loads((folder / "one.json").read_text())
        lines = [json.loads(line) for line in (folder / "peers.jsonl").read_text().splitlines()]
        self.peers = [line for line in lines if "peer" in line]
        self.versions = {}
        for line in lines:
            for module, version in line.get("versions", {}).items():
                if version not in self.versions.setdefault(module, []):
                    self.versions[module].append(version)
        self.cores = self.all["threads"]
        self.tasks = TASKS | {task: what for task, what in GPU_TASKS.items() if self.ours(what[1])}

    def ours(self, name, threads=None):
        facts = self.one if threads == 1 else self.all
        return next((r for r in facts["results"] if r["name"] == name), None)

    def rate(self, name, threads=None):
        """Cells per second of the best run, as for the peers."""
        result = self.ours(name, threads)
        return result["cells"] / result["best"]

    def peers_of(self, task, threads):
        found = [p for p in self.peers if p["task"] == task and p["threads"] == threads]
        return sorted(found, key=lambda p: -p.get("cells_per_second", 0))

    def fastest(self, task, threads):
        """The best peer on so many cores, Gradscape's own program left out."""
        others = [p for p in self.peers_of(task, threads)
                  if "error" not in p and not p["peer"].startswith("Gradscape")]
        return others[0] if others else None


def claims(m):
    """Text, what was measured, the target, and whether it holds."""
    rows = []

    def ratio(text, ours, task, target, remark=lambda peer: "", threads=m.cores):
        peer = m.fastest(task, threads)
        if not peer:
            rows.append((text, "no peer's time", f"≥ {target}×", False))
            return
        value = ours / peer["cells_per_second"]
        rows.append((f"{text}, against {peer['peer']}", f"{value:.2f}×{remark(peer)}",
                     f"≥ {target}×", value >= target))

    def memory_allows(peer):
        stored = 12 * peer["cells_per_second"] / m.store
        return (f"; the peer stores 12 bytes a cell at {100 * stored:.0f} % of memset's rate, so "
                f"{1 / stored:.1f}× is all that memory allows")

    def share(text, name, target):
        value = m.ours(name)["share_of_limit"]
        rows.append((text, f"{100 * value:.0f} %", f"≥ {100 * target:.0f} %", value >= target))

    for task, target in TARGETS.items():
        title, name = TASKS[task]
        for threads in sorted({1, m.cores}):
            ratio(f"{title}, {threads} thread{'s' if threads > 1 else ''}", m.rate(name, threads),
                  task, target, threads=threads)
    rows_form = m.rate(TASKS["rows-linear"][1])
    ratio("Linear cell, loss and both gradients by the row form, f32, peer by backpropagation",
          rows_form, "bptt-linear", 10)
    ratio("the same, peer by the row form", rows_form, "rows-linear", 2, memory_allows)
    ratio("a picture of 8192×8192, both in a running process", m.rate(TASKS["picture"][1]),
          "picture", 100)
    program = next((p for p in m.peers_of("picture", m.cores)
                    if p["peer"].startswith("Gradscape") and "error" not in p), None)
    plain = next((p for p in m.peers_of("picture", m.cores)
                  if p["peer"] == "numpy row form + Pillow" and "error" not in p), None)
    if program and plain:
        value = program["cells_per_second"] / plain["cells_per_second"]
        rows.append(("the same by the whole program, its start included, against numpy row form + "
                     "Pillow, whose start is not", f"{value:.1f}×", "≥ 100×", value >= 100))
    for task, (title, name) in m.tasks.items():
        if task in GPU_TASKS:
            ratio(title, m.rate(name), task, 1)
    share("rows to memory, loss: of the store bandwidth", "evaluate/cpu/rows/linear/f32/loss", .85)
    share("bptt, loss and gradients: of the FMA peak",
          "evaluate/cpu/bptt/linear/f32/loss+gradients", .55)
    share("bptt, loss only: of the FMA peak", "evaluate/cpu/bptt/linear/f32/loss", .60)

    def flat(text, name, first, last, per, target):
        a, b = (m.ours(f"scaling/cpu/{name}:{value}") for value in (first, last))
        value = (b["median"] / a["median"]) / per(first, last)  # a lucky moment is no cost
        rows.append((text, f"{value:.2f}×", f"≤ {target}×", value <= target))

    flat("cost per picture by rows, N from 20 to 10⁶", "rows/linear/f32/loss/sequences", 20,
         1000000, lambda a, b: 1, 1.2)
    flat("cost per cell by rows, 2048² to 16384²", "rows/linear/f32/loss/cells", 2048**2, 16384**2,
         lambda a, b: b / a, 1.2)
    flat("cost per step by bptt, T from 10 to 80", "bptt/linear/f32/loss+gradients/steps", 10, 80,
         lambda a, b: b / a, 1.2)
    return table(("claim", "measured", "target", "holds"),
                 [(*row[:3], "yes" if row[3] else "**no**") for row in rows])


def peer_table(m, task):
    _, name = m.tasks[task]
    rows = []
    for threads in sorted({m.cores, 1}, reverse=True):
        if not m.ours(name, threads):
            continue
        peers = m.peers_of(task, threads)
        ours, result = m.rate(name, threads), m.ours(name, threads)
        side = round(result["cells"] ** 0.5)
        rows.append(("**Gradscape**", threads, f"{side}²", "-", seconds(result["best"]),
                     f"{100 * result['spread']:.0f} %", rate(ours), "1"))
        for p in peers:
            if "error" in p:
                rows.append((p["peer"], threads, f"{p['size']}²", "-", "-", "-",
                             f"wrong: {p['error']}", "-"))
                continue
            rows.append((p["peer"], threads, f"{p['size']}²", seconds(p["first"]),
                         seconds(p["best"]), f"{100 * p['spread']:.0f} %",
                         rate(p["cells_per_second"]), f"{ours / p['cells_per_second']:.3g}"))
    return table(("who", "threads", "cells", "first call", "best", "spread", "cells/s",
                  "Gradscape is faster ×"), rows)


def case_table(results):
    rows = []
    for r in results:
        if "error" in r:
            rows.append((r["name"], "wrong: " + r["error"], "", "", "", "", ""))
            continue
        noise = " (noise)" if r["share_of_limit"] > 1 else ""
        share = (f"{100 * r['share_of_limit']:.0f} %{noise} of {r['limit']}"
                 if r["share_of_limit"] else "-")
        flop = rate(r["flop_per_second"]) if r["flop"] else "-"
        rows.append((f"`{r['name']}`", seconds(r["median"]), f"{100 * r['spread']:.0f} %",
                     rate(r["cells_per_second"]), rate(r["bytes_per_second"]), flop, share))
    return table(("case", "median", "spread", "cells/s", "byte/s", "flop/s", "of its limit"), rows)


def plot_peers(m, path):
    figure, panels = plt.subplots(len(m.tasks), 1, figsize=(9, 2.4 * len(m.tasks)),
                                  layout="constrained")
    for axes, (task, (title, name)) in zip(panels, m.tasks.items()):
        bars = [(p["peer"], p["cells_per_second"]) for p in m.peers_of(task, m.cores)
                if "error" not in p]
        bars.insert(0, ("Gradscape", m.rate(name)))
        bars.sort(key=lambda bar: bar[1])
        colors = ["#1f9e89" if label.startswith("Gradscape") else "#9aa5b1" for label, _ in bars]
        drawn = axes.barh([label for label, _ in bars], [value for _, value in bars], color=colors)
        axes.bar_label(drawn, [" " + rate(value) for _, value in bars], fontsize=8)
        axes.set_xscale("log")
        axes.set_xlim(min(v for _, v in bars) / 3, max(v for _, v in bars) * 5)
        axes.set_title(title, fontsize=10, loc="left")
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    panels[-1].set_xlabel(f"cells per second, {m.cores} threads (logarithmic)")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def plot_scaling(m, path):
    what = {"cells": "cells", "sequences": "sequences N", "steps": "time steps T",
            "threads": "threads"}
    figure, panels = plt.subplots(1, len(what), figsize=(13, 3.6), layout="constrained")
    for axes, (key, label) in zip(panels, what.items()):
        series = {}
        for r in m.all["results"]:
            if r["name"].startswith("scaling/") and f"/{key}:" in r["name"]:
                value = int(r["name"].rsplit(":", 1)[1])
                method = r["name"].split("/")[2]
                series.setdefault(method, []).append((value, r["best"]))
        for method, points in sorted(series.items()):
            points.sort()
            axes.plot(*zip(*[(x, 1e3 * y) for x, y in points]), marker="o", label=method)
        measured = sorted({x for points in series.values() for x, _ in points})
        times = [1e3 * y for points in series.values() for _, y in points]
        axes.set_xscale("log")
        axes.set_xticks(measured, [rate(x) for x in measured], fontsize=8)
        axes.set_xticks([], minor=True)
        axes.set_yscale("log")
        axes.set_ylim(min(times) / 4, max(times) * 4)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.yaxis.set_minor_formatter("")
        axes.set_xlabel(label)
        axes.legend(fontsize=8, frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("milliseconds (best)")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def git(*arguments):
    root = pathlib.Path(__file__).resolve().parent
    return subprocess.run(["git", "-C", root, *arguments], capture_output=True,
                          text=True).stdout.strip()


def header(m, elapsed):
    machine, commit = m.all["machine"], git("rev-parse", "--short", "HEAD") or "unknown"
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":/", ":(top,exclude)docs")
    versions = ", ".join(f"{name} {' and '.join(v)}" for name, v in sorted(m.versions.items()))
    limits = m.all["limits"]
    return f"""# Benchmarks

Written by `tools/bench/report.sh` on {datetime.date.today()}, in {elapsed // 60} min {elapsed % 60} s;
do not edit. Every surface, ours and the peers', was compared before its time counted.

- Gradscape {m.all['version']}, commit {commit}{' with local changes' if changed else ''}, {machine['compiler']}
- {machine['processor']}, {machine['cores']} cores, {machine['simd']}, {platform.freedesktop_os_release()['PRETTY_NAME']}
- {versions}

Limits, measured in the process that timed the cases, {m.cores} threads:

""" + table(("memory store", "memory read", "FMA f32", "FMA f64"),
            [(f"{rate(limits['store_bytes_per_second'])}B/s",
              f"{rate(limits['read_bytes_per_second'])}B/s",
              f"{rate(limits['fma_f32_flop_per_second'])}flop/s",
              f"{rate(limits['fma_f64_flop_per_second'])}flop/s")]) + gpu_limits(limits.get("gpu"))


def gpu_limits(limits):
    if not limits:
        return ""
    units = {"bytes": "B/s", "flop": "flop/s"}
    names = [key.removesuffix("_per_second").rsplit("_", 1) for key in limits]
    return "\nOf the GPU:\n\n" + table(
        [name.replace("_", " ") for name, _ in names],
        [[rate(value) + units[unit] for value, (_, unit) in zip(limits.values(), names)]])


PEERS = """## Beside what people use today

A claim is against the fastest of all peers on as many threads. *Unrolled* peers have the network
written out for these data as constants, and a compiler that fuses all of it: `jax.jit`, with the
rows shared out among the threads, and `torch.compile`. Vectors of 512 bits and fastmath are what
XLA takes as flags; by itself it uses neither.
"""
FORMULAS = """## How the numbers come about

Data: the article's 20 sequences of length 10 unless a case says otherwise; grid from -3 to 3.
A time is the wall clock of one run; cases and costs show the median of five, comparisons with peers
the best, and the spread is (slowest - fastest)/median. The first call of a peer holds its compilation,
but that of PyTorch on one thread, which finds in a cache what was compiled before.

- byte/s: the bytes of the requested values, each stored once, per second; for pictures one byte a pixel.
- flop/s of bptt: 2(T+1) a sequence forward and 2(2T+2) more with gradients (a multiply-add is 2 flop;
  lone multiplications are left out), plus the operations of f and f' in each step (tanh in f32: 23
  and 3). Zeros and ones as inputs save multiplications, so the formula may count a little that was
  never done; the case `real-inputs` has none of that. Training: one evaluation with gradients for
  each iteration and one at the end.
- flop/s of rows: 5 a cell for the loss, 3 for dL/dw_x, 4 for dL/dw_rec.
- The store limit is the better of memset and stores past the caches, the read limit a sum, both over
  as much memory as the case writes, at most 512 MiB; the FMA peak is ten independent chains of
  multiply-adds in the widest vectors in use. A case's limit is the best of five right before and
  five right after it. On a machine that others share, memory can be two or three times as fast at
  one moment as at another: a share above 100 % is that noise, and marked. Packed pictures have no
  limit here: their pixels are never stored.
- A GPU's limits are measured by kernels of its own, the link by copies from pinned memory; a case of
  `cuda` is bound by its arithmetic or by the link that the values come home by, whichever is nearer.
"""


def explorer_section(document):
    """What tools/bench/explore.sh wrote there last."""
    text = document.read_text() if document.exists() else ""
    marks = "<!-- explorer -->", "<!-- end of explorer -->"
    start, end = (text.find(mark) for mark in marks)
    kept = text[start:end + len(marks[1])] if 0 <= start < end else "\n\n".join(marks)
    return ("## The explorer in a browser\n\nBy `tools/bench/explore.sh`: headless Chromium without "
            f"a GPU; browser and server share the processors.\n\n{kept}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("docs", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=0)
    options = parser.parse_args()
    m = Measured(options.results)
    images = options.docs / "images"
    plot_peers(m, images / "benchmark_peers.png")
    plot_scaling(m, images / "benchmark_scaling.png")

    parts = [header(m, options.seconds), "## Claims\n\n" + claims(m),
             PEERS,
             "![Cells per second of Gradscape and its peers](images/benchmark_peers.png)\n"]
    for task, (title, _) in m.tasks.items():
        parts.append(f"### {title}\n\n" + peer_table(m, task))
    parts += ["## Against the machine\n\n![Roofline](images/roofline.png)\n",
              case_table([r for r in m.all["results"] if not r["name"].startswith("scaling/")]),
              "## Scaling\n\n![Time against cells, sequences, steps and threads]"
              "(images/benchmark_scaling.png)\n",
              case_table([r for r in m.all["results"] if r["name"].startswith("scaling/")]),
              explorer_section(options.docs / "benchmarks.md"), FORMULAS]
    (options.docs / "benchmarks.md").write_text("\n".join(parts))


main()
