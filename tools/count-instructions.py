#!/usr/bin/env python3
"""Counts the instructions of the kernels' machine code and predicts from them what an H100 does at
most; writes the tables between the marks of docs/performance.md. Needs nvcc, and nvdisasm or
cuobjdump: the toolkit's, or PyPI's nvidia-cuda-nvdisasm for the Python that runs this. Takes
minutes. Fails where a kernel multiplies less often than its PTX does (a product would have been
fused into the sum behind it), spills a register, or uses local memory; with status 77 where a
program is missing.
SPDX-License-Identifier: MIT
"""
import argparse
import collections
import csv
import pathlib
import re
import sys
import tempfile

sys.dont_write_bytecode = True
from counts import loops, machine_code  # noqa: E402
from counts.prediction import CLOCK, MULTIPROCESSORS, THREADS, predict  # noqa: E402

REPOSITORY = machine_code.REPOSITORY
DOCUMENT = REPOSITORY / "docs/performance.md"
MARKS = ("<!-- counts -->\n", "<!-- end of counts -->\n")
NOT_READ = ("statistics", "limits")  # Thrust's; and what measures the device
CELLS = {"Linear": "linear", "Relu": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid"}
# Gcells/s that are wanted, by cell, type and gradients.
WANTED = {("Linear", "f", "1"): 35, ("Linear", "f", "0"): 90, ("Tanh", "f", "1"): 8,
          ("Sigmoid", "f", "1"): 6.5, ("Linear", "d", "1"): 18}
SIZES = {"f": 4, "d": 8}
TYPES = {"f": "f32", "d": "f64"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("SPDX")[0])
    parser.add_argument("--arch", default="sm_90", help="what to compile for (default: sm_90)")
    parser.add_argument("--ptx", metavar="PATHS", default="",
                        help="read this PTX, paths with colons between, and compile none")
    parser.add_argument("--check", metavar="OBJECTS",
                        help="compare the PTX with the machine code in these object files of a "
                        "build, paths with colons between, and write nothing")
    return parser.parse_args()


def article_sequences():
    with open(REPOSITORY / "tests/golden/article_dataset.csv", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    return [[float(value) for value in row[:-1]] for row in rows]


def read_kernels(options):
    """By name; each with its PTX."""
    ptx = [pathlib.Path(path) for path in options.ptx.split(":") if path]
    kernels = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if options.check:
            for path in options.check.split(":"):
                kernels.update(machine_code.disassemble(path))
        elif not ptx:
            machine_code.need_program("nvdisasm", "cuobjdump")  # said before minutes are spent
            sources = sorted((REPOSITORY / "kernels").glob("*.cu"))
            ptx = [machine_code.compile_ptx(source, folder) for source in sources
                   if source.stem not in NOT_READ]
        for path in ptx:
            if not options.check:
                kernels.update(machine_code.assemble(path, options.arch, folder))
            for name, lines in machine_code.parse_ptx(path.read_text()).items():
                if name in kernels:
                    kernels[name].ptx = lines
    return {name: kernel for name, kernel in kernels.items() if kernel.ptx}


def multiplications(sass, ptx, real):
    """In machine code and in PTX. A division of doubles has one more of its own."""
    if real == "f":
        return loops.count_sass(sass, "FMUL"), loops.count_ptx(ptx, "mul", "f32")
    return (loops.count_sass(sass, "DMUL"),
            loops.count_ptx(ptx, "mul", "f64") + loops.count_ptx(ptx, "div", "f64"))


def faults(kernels):
    """Lines that say what is wrong."""
    for name, kernel in kernels.items():
        if kernel.spills or loops.count_sass(kernel.sass, "LDL", "STL"):
            yield f"{name}: uses local memory"
        for real in SIZES:
            sass, ptx = multiplications(kernel.sass, kernel.ptx, real)
            if sass < ptx:
                yield f"{name}: {sass} multiplications in {TYPES[real]} of the PTX's {ptx}"
        loop, lines = loops.sass_loop(kernel.sass), loops.ptx_loop(kernel.ptx)
        if not loop or loops.count_ptx(lines, "div", "f64"):
            continue
        for real, fused, plain in (("f", "FFMA", "FMUL"), ("d", "DFMA", "DMUL")):
            more = loops.count_sass(loop, fused) - loops.count_ptx(lines, "fma", TYPES[real])
            less = loops.count_ptx(lines, "mul", TYPES[real]) - loops.count_sass(loop, plain)
            # ptxas may merge two branches that are alike; what it fused would add an fma.
            if more > 0 or less < 0 or (less > 0 and more > -less):
                yield f"{name}: its loop has {more} fma more and {less} multiplications less"


def cell_rows(kernels, sequences):
    """Of the kernels with most cells a thread; loss and gradients, then loss alone."""
    most = {}
    for name, kernel in kernels.items():
        if found := re.match(r"bptt_kernelINS_\d+(\w+?)ELb([01])ELi10ELi(\d+)E([fd])E", name):
            key = (found[1], found[4], found[2])
            most[key] = max(most.get(key, (0, None)), (int(found[3]), kernel), key=lambda x: x[0])
    for real in "fd":
        for gradients in "10":
            for cell in CELLS:
                if (cell, real, gradients) in most:
                    cells, kernel = most[cell, real, gradients]
                    title = f"{CELLS[cell]} {TYPES[real]}" + (", loss only" * (gradients == "0"))
                    fields = 3 if gradients == "1" else 1
                    yield row(title, kernel, cell, real, cells, sequences,
                              fields * SIZES[real] + 1, WANTED.get((cell, real, gradients)))


def training_rows(kernels, sequences):
    for real in "fd":
        for cell in CELLS:
            for name, kernel in kernels.items():
                if re.match(rf"train_kernelINS_\d+{cell}ELi10E{real}E", name):
                    yield row(f"training, {CELLS[cell]} {TYPES[real]}", kernel, cell, real, 1,
                              sequences, 0, None)


def number(value):
    return f"{value:.0f}" if value >= 100 or value == round(value) else f"{value:.1f}"


def row(title, kernel, cell, real, cells, sequences, bytes_of_cell, wanted):
    loop = loops.sass_loop(kernel.sass)
    counts = loops.walked(kernel.sass, loop, loops.Records(sequences, cell, SIZES[real]))
    found = predict(counts, cells, len(sequences), bytes_of_cell)
    giga = found.per_second / 1e9
    said = "" if wanted is None else f"≥ {wanted}: " + ("reached" if giga >= wanted else
                                                      "**not reached**")
    sass, ptx = multiplications(loop, loops.ptx_loop(kernel.ptx), real)
    columns = [title, cells, kernel.registers]
    columns += [number(found.cycles[name]) for name in ("issue", "FP32", "FP64", "ALU", "MUFU")]
    columns += [number(found.loads), number(found.control), f"{sass} / {ptx}", f"{giga:.1f}",
                f"{found.limit}, {100 * found.share:.0f} %", said]
    return "| " + " | ".join(str(column) for column in columns) + " |"


def other_rows(kernels):
    """Of kernels that no sequence passes through: all their code, which no thread runs whole."""
    kinds = {"rows_kernel": ("row form, five fields", 5, 1), "indices_kernel": ("indices", 1, 0)}
    for kernel_name, (title, fields, reads) in kinds.items():
        for real, size in SIZES.items():
            kernel = kernels.get(next((name for name in kernels
                                       if name.startswith(f"{kernel_name}I{real}E")), None))
            if kernel is None:
                continue
            counts = collections.Counter(one.name for one in kernel.sass)
            moved = fields * size + (reads * size if kernel_name == "rows_kernel" else 1)
            found = predict(counts, 16 // size, 1, moved)
            yield (f"| {title}, {TYPES[real]} | {16 // size} | {kernel.registers} | "
                   f"≤ {number(found.cycles['issue'])} | {moved} | "
                   f"≥ {found.per_second / 1e9:.0f} | {found.limit} |")


def tables(kernels, arch):
    sequences = article_sequences()
    checked = len(kernels)
    return "\n".join([
        f"Machine code for {arch}, article's data ({len(sequences)} sequences, T = "
        f"{len(sequences[0])}); cycles of a scheduler for a warp and sequence. cells/s = "
        f"{THREADS / 1e12:.2f}·10¹² · cells a thread / ({len(sequences)} · the largest), where "
        f"{THREADS / 1e12:.2f}·10¹² = {MULTIPROCESSORS} multiprocessors · 4 schedulers · 32 threads"
        f" · {CLOCK / 1e9:.2f} GHz. No kernel of {checked} uses local memory, spills a register, or "
        "has fewer multiplications than its PTX.", "",
        "| kernel | cells a thread | registers | issue: all instructions | FP32 | FP64, ·2 | "
        "ALU, ·2 | MUFU, ·8 | loads | branches | multiplications, SASS / PTX | "
        "predicted, Gcells/s | nearest limit, and floating point's share of it | wanted |",
        "|---|" + "---|" * 13,
        *cell_rows(kernels, sequences), *training_rows(kernels, sequences), "",
        "| kernel | cells a thread | registers | instructions of a thread | bytes a cell | "
        "predicted, Gcells/s | nearest limit |", "|---|" + "---|" * 6, *other_rows(kernels), ""])


def write_between_marks(text):
    document = DOCUMENT.read_text(encoding="utf-8")
    before, mark, rest = document.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not mark or not end:
        raise machine_code.Failed(f"{DOCUMENT}: has no line {MARKS[0].strip()} with "
                                  f"{MARKS[1].strip()} behind it")
    DOCUMENT.write_text(before + mark + text + end + after, encoding="utf-8")


def main():
    options = arguments()
    try:
        kernels = read_kernels(options)
        if not kernels:
            raise machine_code.Failed("no kernel found that has both PTX and machine code")
        found = list(faults(kernels))
        for line in found:
            print(f"count-instructions: error: {line}", file=sys.stderr)
        if found:
            return 1
        if options.check:
            print(f"{len(kernels)} kernels have their PTX's multiplications and no local memory")
        else:
            write_between_marks(tables(kernels, options.arch))
    except (machine_code.Missing, machine_code.Failed) as error:
        print(f"count-instructions: error: {error}", file=sys.stderr)
        return 77 if isinstance(error, machine_code.Missing) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
