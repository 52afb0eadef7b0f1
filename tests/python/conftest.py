"""The tests of the Python module: against the program, numpy, and what is installed besides.

The module is the one on PYTHONPATH, or the one that is installed; the program is the one that
GRADSCAPE_BINARY names, or that is installed beside it.
"""

import os
import pathlib
import shutil
import signal
import subprocess

import numpy as np
import pytest

import gradscape

SOURCE = pathlib.Path(__file__).resolve().parents[2]

# A shell starts what runs in the background with SIGINT ignored: no Ctrl-C would ever come.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def program():
    """Runs a command line of the program in a folder; fails the test where the program does."""
    binary = os.environ.get("GRADSCAPE_BINARY") or shutil.which("gradscape")
    if not binary:
        pytest.skip("the program is not built: GRADSCAPE_BINARY names it")

    def run(folder, *words):
        return subprocess.run(
            [binary, *map(str, words)], cwd=folder, check=True, capture_output=True, text=True
        )

    return run


@pytest.fixture(scope="session")
def data():
    return gradscape.counting_data(seed=1)


@pytest.fixture(autouse=True)
def _for_doctests(doctest_namespace):
    doctest_namespace["gradscape"] = gradscape
    doctest_namespace["np"] = np
