"""Values: those of the program, bit for bit, whatever asks for them."""

import itertools
import pickle

import numpy as np
import pytest

import gradscape
from gradscape import _core

PLAIN = ("loss", "grad-wx", "grad-wrec", "grad-norm", "log10-loss")
TRAINED = ("train-loss", "train-steps")
SMALL = dict(wx=(-2.5, 3), wrec=(-1.75, 2), size=(37, 23))


def load_npz(path):
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


@pytest.mark.parametrize("backend", ["reference", "cpu", "emulated"])
@pytest.mark.parametrize("cell", _core.cells)
def test_every_field_method_and_precision_has_the_bits_of_the_program(
    program, data, tmp_path, cell, backend
):
    methods = ["bptt", "rows"] if cell == "linear" and backend != "reference" else ["bptt"]
    for method, (precision, dtype) in itertools.product(
        methods, [("f32", "float32"), ("f64", "float64")]
    ):
        for field in PLAIN:
            program(
                tmp_path, "surface", "--cell", cell, "--backend", backend, "--method", method,
                "--precision", precision, "--wx=-2.5:3", "--wrec=-1.75:2", "--size", "37x23",
                "--field", field, "-o", "x.npz", "--quiet",
            )  # fmt: skip
            theirs = load_npz(tmp_path / "x.npz")
            fields = sorted({"loss", "grad-wx", "grad-wrec", field})
            ours = gradscape.surface(
                data, fields=fields, cell=cell, method=method, dtype=dtype, backend=backend, **SMALL
            )
            assert same_bits(ours.w_x, theirs["w_x"])
            assert same_bits(ours.w_rec, theirs["w_rec"])
            assert ours.method == method
            for name in ours.fields:
                assert same_bits(ours[name], theirs[name]), (name, method, precision)


@pytest.mark.parametrize("optimizer", _core.optimizers)
def test_training_fields_have_the_bits_of_the_program(program, data, tmp_path, optimizer):
    for field in TRAINED:
        tolerance = dict(tolerance=0.5) if field == "train-steps" else {}
        program(
            tmp_path, "surface", "--optimizer", optimizer, "--iterations", 40, "--wx=-2.5:3",
            "--wrec=-1.75:2", "--size", "37x23", "--field", field, "-o", "x.npy", "--quiet",
            *(["--tolerance", 0.5] if tolerance else []),
        )  # fmt: skip
        ours = gradscape.surface(
            data, fields=field, optimizer=optimizer, iterations=40, **tolerance, **SMALL
        )
        assert same_bits(ours[field], np.load(tmp_path / "x.npy"))


@pytest.mark.parametrize("precision, dtype", [("f32", "float32"), ("f64", "float64")])
@pytest.mark.parametrize("cell", _core.cells)
def test_training_fields_of_every_cell_and_precision_have_the_bits_of_the_program(
    program, data, tmp_path, cell, precision, dtype
):
    compared = set()
    for field in ("train-wx", "train-wrec", "train-steps"):
        program(
            tmp_path, "surface", "--optimizer", "adam", "--learning-rate", 0.1, "--iterations", 30,
            "--cell", cell, "--precision", precision, "--wx=-2.5:3", "--wrec=-1.75:2", "--size",
            "37x23", "--field", field, "-o", "x.npz", "--quiet",
        )  # fmt: skip
        theirs = load_npz(tmp_path / "x.npz")
        names = sorted(theirs.keys() - {"w_x", "w_rec"})
        ours = gradscape.surface(
            data, fields=names, cell=cell, dtype=dtype, optimizer="adam", learning_rate=0.1,
            iterations=30, **SMALL,
        )  # fmt: skip
        for name in names:
            assert same_bits(ours[name], theirs[name]), name
        compared.update(names)
    assert {"train_wx", "train_wrec", "train_steps"} <= compared


@pytest.mark.parametrize("cell", _core.cells)
def test_curvature_has_the_bits_of_the_program(program, data, tmp_path, cell):
    for field in ("sharpness", "curvature-min", "condition"):
        program(
            tmp_path, "surface", "--cell", cell, "--wx=-2.5:3", "--wrec=-1.75:2", "--size", "37x23",
            "--field", field, "-o", "x.npz", "--quiet",
        )  # fmt: skip
        theirs = load_npz(tmp_path / "x.npz")
        names = sorted(theirs.keys() - {"w_x", "w_rec"})
        assert field.replace("-", "_") in names
        ours = gradscape.surface(data, fields=names, cell=cell, **SMALL)
        for name in names:
            assert same_bits(ours[name], theirs[name]), name


def test_every_argument_is_taken_by_its_name_and_its_place(data):
    given = dict(
        x=data.x, y=data.y, wx=(-3, 3), wrec=(-3, 3), size=(256, 256), fields=("loss",),
        cell="linear", method="auto", dtype="float32", backend="auto", threads=None, out=None,
        progress=None,
    )  # fmt: skip
    expected = gradscape.surface(data.x, data.y).loss
    assert same_bits(gradscape.surface(**given).loss, expected)
    assert same_bits(gradscape.surface(*given.values()).loss, expected)


def test_arrays_of_any_type_and_layout_are_the_same_data(data):
    expected = gradscape.surface(data, **SMALL).loss
    wide = np.zeros((40, 10))
    wide[::2] = data.x
    for x in (
        data.x.tolist(),
        data.x.astype(np.int8),
        data.x.astype(bool),
        data.x.astype(np.float32),
        data.x.astype(">f8"),
        data.x.astype(np.float16),
        np.asfortranarray(data.x),
        wide[::2],
        data.x[::-1][::-1],
        np.frombuffer(b"x" + data.x.tobytes(), np.uint8)[1:].view(np.float64).reshape(20, 10),
    ):
        assert same_bits(gradscape.surface(x, data.y, **SMALL).loss, expected)


def test_weights_count_as_repeated_sequences_do(data):
    twice = gradscape.surface(
        np.vstack([data.x, data.x[:3]]), np.append(data.y, data.y[:3]), dtype="float64", **SMALL
    )
    weights = np.ones(20)
    weights[:3] = 2
    weighted = gradscape.surface(data.x, data.y, weights=weights, dtype="float64", **SMALL)
    np.testing.assert_allclose(weighted.loss, twice.loss, rtol=1e-12, atol=1e-12)


def test_loss_is_what_numpy_computes(data):
    s = gradscape.surface(data, cell="tanh", dtype="float64", **SMALL)
    w_x, w_rec = np.meshgrid(s.w_x, s.w_rec)
    loss = np.zeros(s.shape)
    for x, y in zip(data.x, data.y):
        state = np.zeros(s.shape)
        for step in x:
            state = np.tanh(w_x * step + w_rec * state)
        loss += (state - y) ** 2 / len(data.y)
    np.testing.assert_allclose(s.loss, loss, rtol=1e-13)


def test_neither_threads_nor_backend_decide_a_bit(data):
    options = dict(fields=("loss", "grad-wx"), cell="tanh", size=(130, 71))
    expected = gradscape.surface(data, **options)
    for more in (dict(threads=1), dict(threads=3), dict(backend="emulated")):
        other = gradscape.surface(data, **options, **more)
        assert same_bits(other.loss, expected.loss) and same_bits(other.grad_wx, expected.grad_wx)


def test_dtype_is_double_where_single_precision_could_not_tell_points_apart(data):
    near = dict(wx=(1, 1 + 1e-6), wrec=(1, 1 + 1e-6), size=64)
    assert gradscape.surface(data, cell="tanh", **near).dtype == np.float64
    assert gradscape.surface(data, cell="tanh").dtype == np.float32
    assert gradscape.surface(data, fields="train-steps", size=4).dtype == np.float64
    with pytest.warns(RuntimeWarning, match="same point in float32"):
        gradscape.surface(data, cell="tanh", dtype="float32", **near)


def test_results_are_written_where_they_are_wanted(data):
    out = np.full((23, 37), np.nan, np.float32)
    s = gradscape.surface(data, out=out, **SMALL)
    assert s.loss is out
    assert same_bits(out, gradscape.surface(data, **SMALL).loss)
    several = {"grad_wx": np.empty((23, 37)), "loss": np.empty((23, 37))}
    s = gradscape.surface(data, fields=("loss", "grad-wx"), out=several, **SMALL)
    assert s.dtype == np.float64 and s.grad_wx is several["grad_wx"]
    a, b = np.empty((2, 23, 37), np.float32)
    fields = ["grad-wx", "loss", "grad-wx"]  # a list is in the order of the fields, each once
    s = gradscape.surface(data, fields=fields, out=[a, b], **SMALL)
    assert s.grad_wx is a and s.loss is b
    expected = gradscape.surface(data, fields=fields, **SMALL)
    assert same_bits(a, expected.grad_wx) and same_bits(b, expected.loss)
    fixed = np.empty((23, 37), np.float32)
    fixed.flags.writeable = False
    for wrong in (
        fixed,
        np.empty((37, 23), np.float32),
        np.empty((23, 74), np.float32)[:, ::2],
        np.zeros((23, 37), np.int32),
    ):
        with pytest.raises(ValueError, match="wanted"):
            gradscape.surface(data, out=wrong, **SMALL)
    with pytest.raises(ValueError, match="do not overlap"):
        gradscape.surface(data, fields=("loss", "grad-wx"), out=[out, out], **SMALL)
    assert gradscape.surface(data, fields=iter(["grad-wx", "loss"]), size=4).fields == ("loss", "grad_wx")
    with pytest.raises(ValueError, match="an array for each field"):
        gradscape.surface(data, fields=("loss", "grad-wx"), out=out, **SMALL)


def test_train_follows_the_path_of_the_program(program, data, tmp_path):
    for optimizer in _core.optimizers:
        program(
            tmp_path, "train", "--optimizer", optimizer, "--start", "-1.2,1.4", "--iterations", 60,
            "-o", "theirs.csv", "--quiet",
        )  # fmt: skip
        run = gradscape.train(data, start=(-1.2, 1.4), optimizer=optimizer, iterations=60)
        run.save(tmp_path / "ours.csv")
        theirs = (tmp_path / "theirs.csv").read_bytes()
        assert (tmp_path / "ours.csv").read_bytes() == theirs
        table = np.genfromtxt(tmp_path / "theirs.csv", delimiter=",", names=True)
        for name in run.path.dtype.names:
            np.testing.assert_array_equal(run.path[name], table[name])


def test_trace_is_that_of_the_program(program, data, tmp_path):
    program(tmp_path, "trace", "-o", "theirs.csv", "--quiet")
    traces = gradscape.trace(data)
    traces.save(tmp_path / "ours.csv")
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()
    table = np.genfromtxt(tmp_path / "theirs.csv", delimiter=",", names=True)
    back = traces.grad_sum[:, ::-1].ravel()  # the file begins with the last state
    np.testing.assert_array_equal(back, table["grad_sum"])
    np.testing.assert_allclose(10 ** traces.log10(), np.abs(traces.grad_sum), rtol=1e-12)


def test_valley_has_the_least_loss_of_each_row(data):
    s = gradscape.surface(data, wx=(-3, 3), wrec=(0.2, 1.8), size=(601, 9), dtype="float64")
    w = gradscape.valley(data, wrec=s.w_rec)
    inside = np.abs(w) < 2.9
    assert inside.sum() >= 5
    nearest = s.w_x[np.argmin(s.loss, axis=1)]
    np.testing.assert_allclose(w[inside], nearest[inside], atol=0.006)
    with pytest.raises(ValueError, match="only the linear cell has a valley line, not tanh"):
        gradscape.Model(data, cell="tanh").valley([1.0])


def test_compare_says_what_the_program_says(program, data, tmp_path):
    import json

    program(
        tmp_path, "compare", "--a", "cpu:bptt:f32", "--b", "reference", "--size", 20, "--json",
        "facts.json", "--quiet",
    )  # fmt: skip
    theirs = json.loads((tmp_path / "facts.json").read_text())
    ours = gradscape.compare(data, a="cpu:bptt:f32", b="reference", size=20)
    assert ours and ours.a == "cpu:bptt:f32" and ours.b == "reference:bptt:f64"
    for name, field in theirs["fields"].items():
        assert ours.fields[name.replace("-", "_")] == field
    assert not gradscape.compare(data, a="cpu:bptt:f32", rtol=0, size=20)


def test_curvature_is_in_double_and_within_its_bounds(program, data, tmp_path):
    import json

    fields = ("sharpness", "curvature-min", "condition")
    program(
        tmp_path, "compare", "--fields", ",".join(fields), "--size", 12, "--json", "facts.json",
        "--quiet",
    )  # fmt: skip
    theirs = json.loads((tmp_path / "facts.json").read_text())
    ours = gradscape.compare(data, fields=fields, size=12)
    assert ours and (ours.a, ours.b) == (theirs["a"], theirs["b"])
    for name, field in theirs["fields"].items():
        assert ours.fields[name.replace("-", "_")] == field
        assert field["not_judged"] == 0
    assert gradscape.surface(data, fields=fields, size=4).sharpness.dtype == np.float64


def test_article_is_the_article():
    a = gradscape.article()
    assert a.run.w_x == 1.001355547207059 and a.run.w_rec == 0.9996744737846419
    assert a.run.loss == pytest.approx(1.8008530879581043e-06, rel=1e-12)
    assert [tuple(point) for point in a.traces.at] == list(gradscape.article_points)
    np.testing.assert_array_equal(a.data.y_test, [8, 4, 6, 5, 6])


def test_generator_is_numpys():
    d = gradscape.counting_data(seed=42, sequences=7, length=33, test_sequences=2)
    state = np.random.RandomState(42)
    bits = np.around(state.rand(7, 33))
    np.testing.assert_array_equal(d.x, bits)
    np.testing.assert_array_equal(d.y, bits.sum(axis=1))
    np.testing.assert_array_equal(d.x_test, np.around(state.rand(2, 33)))


def test_csv_is_read_as_the_program_reads_it(program, data, tmp_path):
    program(tmp_path, "data", "--seed", 3, "-o", "d.csv", "--quiet")
    read = gradscape.read_csv(str(tmp_path / "d.csv"))
    np.testing.assert_array_equal(read.x, gradscape.counting_data(seed=3).x)
    (tmp_path / "wrong.csv").write_text("x1,x2\n1,2\n1,oops\n")
    with pytest.raises(ValueError, match=r"wrong\.csv:3"):
        gradscape.read_csv(str(tmp_path / "wrong.csv"))
    with pytest.raises(FileNotFoundError):
        gradscape.read_csv(str(tmp_path / "none.csv"))


def test_an_initial_state_has_the_bits_of_the_program(program, data, tmp_path):
    program(
        tmp_path, "surface", "--cell", "sigmoid", "--initial-state=0.25", "--wx=-2.5:3",
        "--wrec=-1.75:2", "--size", "37x23", "-o", "x.npz", "--quiet",
    )  # fmt: skip
    theirs = load_npz(tmp_path / "x.npz")
    model = gradscape.Model(data, cell="sigmoid", initial_state=0.25)
    assert model.initial_state == 0.25
    for ours in (
        model.surface(fields=["loss", "grad-wrec"], **SMALL),
        gradscape.surface(
            data, fields=["loss", "grad-wrec"], cell="sigmoid", initial_state=0.25, **SMALL
        ),
    ):
        assert same_bits(ours.loss, theirs["loss"])
        assert same_bits(ours.grad_wrec, theirs["grad_wrec"])
    assert pickle.loads(pickle.dumps(model)).initial_state == 0.25
    assert gradscape.Model(data).initial_state == 0
    with pytest.raises(ValueError, match="initial_state"):
        gradscape.Model(data, initial_state=float("nan"))
    with pytest.raises(ValueError, match="initial_state"):
        gradscape.surface(model, initial_state=0.5)
    with pytest.raises(ValueError, match="rows"):
        gradscape.surface(data, initial_state=0.5, method="rows")
