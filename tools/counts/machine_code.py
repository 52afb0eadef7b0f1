"""Kernels as PTX and as machine code: made by nvcc and ptxas with the flags of
kernels/cuda/CMakeLists.txt, or read from what a build has left; disassembled and parsed.
SPDX-License-Identifier: MIT
"""
import dataclasses
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class Missing(Exception):
    """A program that is needed is not there."""


class Failed(Exception):
    """A program or a file is there, but not as it should be."""


@dataclasses.dataclass
class Instruction:
    text: str      # without its predicate
    guard: str     # @P0, @!UP1, or nothing
    name: str      # before the first dot: FFMA, mul
    address: int   # in SASS
    target: object = None  # of a branch: an address


@dataclasses.dataclass
class Kernel:
    sass: list
    ptx: list = dataclasses.field(default_factory=list)  # lines
    registers: int = 0
    spills: int = 0


def find_program(name):
    """On PATH, in the toolkit's usual place, or in this Python's nvidia-cuda-* packages."""
    folders = os.environ.get("PATH", "").split(os.pathsep) + ["/usr/local/cuda/bin"]
    package = importlib.util.find_spec("nvidia")
    for place in package.submodule_search_locations if package else ():
        folders += sorted(str(path) for path in pathlib.Path(place).glob("*/bin"))
    return shutil.which(name, path=os.pathsep.join(folders))


def need_program(*names):
    for name in names:
        if found := find_program(name):
            return found
    hint = {"nvcc": "install the CUDA toolkit", "ptxas": "install the CUDA toolkit"}.get(
        names[0], "install the toolkit's, or PyPI's nvidia-cuda-" + names[0] + " for this python")
    raise Missing(f"{' or '.join(names)}: not found; {hint}")


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing said"]
        raise Failed(f"{command[0]}: status {done.returncode}: {said[-1]}")
    return done.stdout + done.stderr


def compile_ptx(source, folder):
    """With the arithmetic flags and the virtual architecture that the build has."""
    rules = (REPOSITORY / "kernels/cuda/CMakeLists.txt").read_text()
    arithmetic = re.search(r"set\(arithmetic ([^)]*)\)", rules)[1].split()
    architectures = (REPOSITORY / "cmake/GradscapeCuda.cmake").read_text()
    virtual = re.search(r"arch=(compute_\d+)", architectures)
    made = folder / (source.stem + ".ptx")
    run(need_program("nvcc"), "-std=c++20", *arithmetic, "-DGRADSCAPE_FOR_CUDA", "-DNDEBUG",
        f"-I{REPOSITORY}", f"-I{REPOSITORY}/include", f"-arch={virtual[1]}", "-ptx", source,
        "-o", made)
    return made


def name_of(mangled):
    """A kernel's name and template arguments: the same from compilation to compilation."""
    found = re.search(r"([a-z][a-z_]*_kernel.*)", mangled)
    return found[1] if found else mangled


def parse_ptx(text):
    kernels, lines = {}, None
    for line in text.splitlines():
        if found := re.search(r"\.entry (\w+)\(", line):
            lines = kernels.setdefault(name_of(found[1]), [])
        if line == "}":
            lines = None
        if lines is not None:
            lines.append(line)
    return kernels


LINE = re.compile(r"\s*/\*([0-9a-f]{4,})\*/\s+(?:\{ )?(@!?U?P\w+)?\s*(\w+)(.*?);")
BRANCHES = ("BRA", "BSSY", "CALL", "BRX", "JMP")


def parse_sass(text):
    """Of nvdisasm, which has labels, and of cuobjdump, which has addresses."""
    kernels, found, labels, waiting = {}, None, {}, []
    for line in text.splitlines():
        if start := re.match(r"\t\.section\t\.text\.([^,]*)|\s*Function : (\S+)", line):
            found = kernels.setdefault(name_of(start[1] or start[2]), [])
        elif label := re.match(r"(\.L_x_\d+):", line):
            waiting.append(label[1])
        elif found is not None and (parts := LINE.match(line)):
            one = Instruction(parts[3] + parts[4], parts[2] or "", parts[3], int(parts[1], 16))
            found.append(one)
            labels.update(dict.fromkeys(waiting, one.address))
            waiting.clear()
            if one.name in BRANCHES:
                target = re.search(r"`\((\.L_x_\d+)\)|\b0x([0-9a-f]+)", one.text)
                if target:
                    one.target = target[1] or int(target[2], 16)
    for one in (one for kernel in kernels.values() for one in kernel):
        if isinstance(one.target, str):
            one.target = labels.get(one.target)
    return {name: Kernel(sass) for name, sass in kernels.items()}


def assemble(ptx, architecture, folder):
    """The kernels of one file of PTX, in machine code for an architecture."""
    cubin = folder / (ptx.stem + ".cubin")
    said = run(need_program("ptxas"), f"-arch={architecture}", "-v", ptx, "-o", cubin)
    disassembler = need_program("nvdisasm", "cuobjdump")
    option = "-c" if pathlib.Path(disassembler).name == "nvdisasm" else "-sass"
    kernels = parse_sass(run(disassembler, option, cubin))
    for name, spilt, registers in re.findall(
            r"Compiling entry function '(\w+)'.*?(\d+) bytes spill stores.*?Used (\d+) registers",
            said, re.S):
        kernels[name_of(name)].registers = int(registers)
        kernels[name_of(name)].spills = int(spilt)
    return kernels


def disassemble(compiled):
    """The kernels in an object file or program, for the first architecture that it has; none where
    it has no code for a device."""
    cuobjdump = need_program("cuobjdump")
    said = subprocess.run([cuobjdump, "-lelf", compiled], capture_output=True, text=True)
    listed = re.search(r"\.(sm_\d+)\.", said.stdout)
    return parse_sass(run(cuobjdump, "-arch", listed[1], "-sass", compiled)) if listed else {}
