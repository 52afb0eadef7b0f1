"""The package as a whole: documents that are run, types, the program in it."""

import ast
import doctest
import importlib.util
import inspect
import os
import pathlib
import pkgutil
import signal
import subprocess
import sys

import pytest

import gradscape

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = pathlib.Path(inspect.getfile(gradscape)).parent
ELLIPSIS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def test_examples_in_docstrings_say_what_happens():
    tried = 0
    for module in pkgutil.iter_modules([str(PACKAGE)]):
        if module.name in ("_core", "__main__", "_plot"):
            continue
        loaded = importlib.import_module(f"gradscape.{module.name}")
        result = doctest.testmod(loaded, extraglobs={"gradscape": gradscape}, optionflags=ELLIPSIS)
        assert result.failed == 0, module.name
        tried += result.attempted
    assert doctest.testmod(gradscape).failed == 0
    assert tried >= 15


def test_the_document_says_what_happens(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(
        str(SOURCE / "docs" / "python.md"), module_relative=False, optionflags=ELLIPSIS
    )
    assert result.failed == 0 and result.attempted >= 20


def test_everything_public_is_explained():
    for name in gradscape.__all__:
        thing = getattr(gradscape, name)
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        assert inspect.getdoc(thing), name
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                explained = inspect.getdoc(value) or f"{member} " in thing.__doc__ or f"{member}," in thing.__doc__
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert explained or name in ("Data", "Colors", "Explorer"), f"{name}.{member}"


def test_every_field_is_named_where_fields_are_listed():
    for label in gradscape._core.fields:
        assert f"``{label}``" in gradscape.surface.__doc__, label
        assert f"``{label.replace('-', '_')}``" in gradscape.Surface.__doc__, label
    # Type checkers read the attributes in the text; the class itself has properties without types.
    module = ast.parse((PACKAGE / "_surface.py").read_text())
    surface = next(node for node in module.body if getattr(node, "name", "") == "Surface")
    typed = [
        line.target.id
        for block in surface.body
        if isinstance(block, ast.If)
        for line in block.body
    ]
    assert sorted(typed) == sorted(name.replace("-", "_") for name in gradscape._core.fields)


def test_types_are_right():
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("mypy is not installed")
    assert (PACKAGE / "py.typed").exists() and (PACKAGE / "_core.pyi").exists()
    done = subprocess.run(
        [
            sys.executable, "-m", "mypy", "--config-file", str(SOURCE / "pyproject.toml"),
            "--cache-dir", os.devnull, "-p", "gradscape",
        ],
        cwd=PACKAGE.parent, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_notebook_runs(tmp_path):
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    import nbformat

    notebook = nbformat.read(SOURCE / "docs" / "article.ipynb", as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    shown = [
        kind
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for kind in output.get("data", {})
    ]
    assert shown.count("image/png") >= 3 and "text/html" in shown


def test_the_program_is_in_the_package(tmp_path):
    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "gradscape", *words], cwd=tmp_path, capture_output=True, text=True
        )

    assert run("--version").stdout.split()[-1] == gradscape.__version__
    assert run("surface", "--size", "16", "-o", "x.png").returncode == 0
    assert (tmp_path / "x.png").read_bytes() == gradscape.surface(
        gradscape.counting_data(), size=16
    ).png()
    # A file's name need not be text, and nobody need read to the end.
    assert run("surface", "--size", "8", "--quiet", "-o", b"n\xff.png").returncode == 0
    assert os.path.exists(os.fsencode(tmp_path) + b"/n\xff.png")
    reader, writer = os.pipe()
    os.close(reader)
    words = [sys.executable, "-m", "gradscape", "surface", "--help"]
    assert subprocess.run(words, stdout=writer).returncode == -signal.SIGPIPE
    os.close(writer)
    wrong = run("surface", "--sise", "16")
    assert wrong.returncode == 2 and wrong.stderr.startswith("gradscape: error: --sise")
