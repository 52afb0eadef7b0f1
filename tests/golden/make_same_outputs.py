#!/usr/bin/env python3
"""Makes the checksums of same_outputs.txt anew: make_same_outputs.py PROGRAM [FILE].

The command lines stay as they are; each is run by PROGRAM, in turn, in one folder that has sweep.toml.
tests/cli/same_outputs_test.cpp reads the result and says what the lines mean.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zlib


def output_of(command):
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout.split("\n")


def environment(program):
    """What decides the bytes that other libraries write; as the test has it."""
    parts = [line for library in ("libisal", "cairo", "pangocairo", "hdf5")
             for line in output_of(f"pkg-config --modversion {library} 2>/dev/null")]
    parts += output_of("fc-match -f '%{file}' sans-serif 2>/dev/null")
    parts += ["AVX2 or AVX-512" if "avx" in line else line
              for line in output_of(f"'{program}' info") if line.startswith("SIMD")]
    return " | ".join(part.strip() for part in parts if part.strip())


def checksum(content):
    return f"{zlib.crc32(content):08x}:{len(content)}"


def is_of_library(name):
    return name.endswith((".png", ".svg", ".pdf", ".nc", ".h5"))


def is_product(path):
    """A shard's journal speaks of its own run."""
    return path.suffix != ".journal"


def written_files(folder, known):
    """Files that are new or changed since `known`, which is brought up to date."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and is_product(p)):
        name, content = str(path.relative_to(folder)), path.read_bytes()
        if known.get(name) != content:
            known[name] = content
            yield name, content


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    listing = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else
                           pathlib.Path(__file__).with_name("same_outputs.txt"))
    lines = listing.read_text().splitlines()
    result = [line for line in lines if line.startswith("#")]
    result.append(f"environment {environment(program)}")
    with tempfile.TemporaryDirectory() as name:
        folder, known = pathlib.Path(name), {}
        shutil.copy(pathlib.Path(__file__).with_name("sweep.toml"), folder)
        known["sweep.toml"] = (folder / "sweep.toml").read_bytes()
        for line in (line for line in lines if line.startswith("gradscape ")):
            run = subprocess.run([program, *line.split()[1:]], cwd=folder, capture_output=True,
                                 stdin=subprocess.DEVNULL)
            if run.returncode != 0:
                sys.exit(f"{line}\n{run.stderr.decode()}")
            result.append(line)
            if line != "gradscape info":  # speaks of the machine
                result.append(f"  output - {checksum(run.stdout)}")
            for path, content in written_files(folder, known):
                kind = "library" if is_of_library(path) else "output"
                result.append(f"  {kind} {path} {checksum(content)}")
    listing.write_text("\n".join(result) + "\n")


main()
