"""Pictures and files: the very bytes that the program writes."""

import json

import numpy as np
import pytest

import gradscape

PNG = b"\x89PNG\r\n\x1a\n"
GRID = ["--wx=-2:2", "--wrec=-1.5:1.5", "--size", "60x40", "--quiet"]
VIEW = dict(wx=(-2, 2), wrec=(-1.5, 1.5), size=(60, 40))

COMMANDS = [
    ([], {}, {}),
    (["--precision", "f32"], dict(dtype="float32"), {}),
    (["--cell", "tanh"], dict(cell="tanh"), {}),
    (["--cell", "relu", "--precision", "f64"], dict(cell="relu", dtype="float64"), {}),
    (["--field", "grad-norm"], dict(fields="grad-norm"), {}),
    (["--field", "log10-loss", "--cell", "sigmoid"], dict(fields="log10-loss", cell="sigmoid"), {}),
    (
        ["--field", "train-steps", "--optimizer", "adam", "--learning-rate", "0.1", "--iterations",
         "50"],
        dict(fields="train-steps", optimizer="adam", learning_rate=0.1, iterations=50),
        {},
    ),
    (
        ["--palette", "magma", "--levels", "12", "--range", "1:1000", "--scale", "linear"],
        {},
        dict(palette="magma", levels=12, range=(1, 1000), scale="linear"),
    ),
    (["--style", "smooth", "--cell", "tanh"], dict(cell="tanh"), dict(style="smooth")),
    (["--range", "auto"], {}, dict(range="auto")),
    (["--scale", "rank", "--palette", "cividis_r"], {}, dict(scale="rank", palette="cividis_r")),
    (["--field", "condition", "--cell", "tanh"], dict(fields="condition", cell="tanh"), {}),
]  # fmt: skip


@pytest.mark.parametrize("words, options, colors", COMMANDS)
def test_heatmaps_are_the_programs(program, data, tmp_path, words, options, colors):
    program(tmp_path, "surface", *GRID, *words, "-o", "theirs.png")
    s = gradscape.surface(data, **VIEW, **options)
    s.save(tmp_path / "ours.png", **colors)
    theirs = (tmp_path / "theirs.png").read_bytes()
    assert (tmp_path / "ours.png").read_bytes() == theirs
    assert s.png(**colors) == theirs


@pytest.mark.parametrize("kind", ["npz", "npy", "csv", "vti", "nc", "h5"])
def test_arrays_are_the_programs(program, data, tmp_path, kind):
    if kind in ("nc", "h5") and "(.nc and .h5): available" not in program(tmp_path, "info").stdout:
        pytest.skip("built without libhdf5")
    program(tmp_path, "surface", *GRID, "-o", f"theirs.{kind}")
    fields = "loss" if kind == "npy" else ("loss", "grad-wx", "grad-wrec")
    gradscape.surface(data, fields=fields, **VIEW).save(tmp_path / f"ours.{kind}")
    assert (tmp_path / f"ours.{kind}").read_bytes() == (tmp_path / f"theirs.{kind}").read_bytes()


@pytest.mark.parametrize("overview", [None, "mean", "mode"])
def test_tiles_are_the_programs(program, data, tmp_path, overview):
    options = ["--size", "600x530", "--cell", "tanh", "--palette", "magma", "--length", "3"]
    (tmp_path / "theirs").mkdir()
    asked = ["--overview", overview] if overview else []
    program(tmp_path / "theirs", "surface", *options, *asked, "--quiet", "-o", "a.dzi")
    (tmp_path / "ours").mkdir()
    short = gradscape.counting_data(length=3)
    s = gradscape.surface(short, cell="tanh", size=(600, 530))
    s.save(tmp_path / "ours" / "a.dzi", palette="magma", overview=overview)
    names = sorted(p.relative_to(tmp_path / "ours") for p in (tmp_path / "ours").rglob("*.*"))
    assert len(names) > 10
    for name in names:
        ours, theirs = ((tmp_path / whose / name).read_bytes() for whose in ("ours", "theirs"))
        assert ours == theirs, name


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_figures_are_the_programs(program, data, tmp_path, kind):
    run = gradscape.train(data, iterations=30)
    run.save(tmp_path / "path.csv")
    program(
        tmp_path, "surface", "--wx=-2:2", "--wrec=-1.5:1.5", "--quiet", "--figure", f"theirs.{kind}",
        "--mark", "1,1", "0.5,-1,#00ff00", "--valley", "--trajectory", "path.csv", "--samples", 2,
        "--palette", "cividis",
    )  # fmt: skip
    s = gradscape.surface(data, wx=(-2, 2), wrec=(-1.5, 1.5), size=1024)
    options = dict(
        mark=[(1, 1), (0.5, -1, "#00ff00")], valley=True, trajectory={"path": run}, samples=2,
        palette="cividis",
    )  # fmt: skip
    theirs = (tmp_path / f"theirs.{kind}").read_bytes()
    assert s.figure(format=kind, **options) == theirs
    assert s.figure(tmp_path / f"ours.{kind}", **options) is None
    assert (tmp_path / f"ours.{kind}").read_bytes() == theirs


def test_a_surface_shows_itself(data):
    s = gradscape.surface(data, size=20)
    assert s._repr_png_().startswith(PNG)
    figure = s.figure(format="svg")
    assert figure._repr_png_() is None and figure._repr_svg_().lstrip().startswith("<?xml")
    assert "20 x 20 cells" in repr(s)
    assert gradscape.trace(data)._repr_png_().startswith(PNG)


def test_a_picture_of_arrays_says_of_what(program, data, tmp_path):
    gradscape.surface(data.x, data.y, size=20).save(tmp_path / "arrays.png")
    with pytest.raises(Exception) as caught:
        program(tmp_path, "surface", "--like", "arrays.png", "-o", "again.png")
    assert "came from no file and no seed" in caught.value.stderr
    program(tmp_path, "surface", "--like", "arrays.png", "--seed", 1, "-o", "again.png", "--quiet")
    program(tmp_path, "surface", "--size", 20, "--range", "auto", "-o", "other.png", "--quiet")
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "other.png").read_bytes()


def parameters(png):
    text = png[png.index(b"gradscape:parameters") : png.index(b"IDAT")]
    return json.loads(text[text.index(b"{") : text.rindex(b"}") + 1])


def test_a_picture_of_arrays_can_be_made_again_from_a_file_of_them(program, tmp_path):
    """Of eight sequences at most, so that the model merges them."""
    program(tmp_path, "data", "--length", 3, "-o", "d.csv", "--quiet")
    read = gradscape.read_csv(tmp_path / "d.csv")
    gradscape.surface(read.x, read.y, size=20).save(tmp_path / "arrays.png")
    options = ["--data", "d.csv", "--quiet"]
    program(tmp_path, "surface", "--like", "arrays.png", *options, "-o", "again.png")
    program(tmp_path, "surface", "--size", 20, *options, "-o", "other.png")
    again = (tmp_path / "again.png").read_bytes()
    assert again == (tmp_path / "other.png").read_bytes()
    ours = parameters((tmp_path / "arrays.png").read_bytes())["data"]
    assert ours == {"content": parameters(again)["data"]["content"]}


def test_a_trained_field_shows_itself_at_its_own_size(data):
    m = gradscape.train_map(data, iterations=20, size=(20, 10))
    assert m._repr_png_() == m.figure(panel_size=(20, 10))
    m = gradscape.surface(data, fields=("loss", "train-steps"), iterations=20, size=(20, 10))
    assert m._repr_png_() == m.figure()


def test_a_picture_of_a_file_can_be_made_again(program, tmp_path):
    program(tmp_path, "data", "--seed", 5, "-o", "d.csv", "--quiet")
    import os

    before = os.getcwd()
    os.chdir(tmp_path)
    try:
        gradscape.surface(gradscape.read_csv("d.csv"), cell="tanh", size=24).save("ours.png")
    finally:
        os.chdir(before)
    program(
        tmp_path, "surface", "--data", "d.csv", "--cell", "tanh", "--size", 24, "-o", "theirs.png",
        "--quiet",
    )  # fmt: skip
    assert (tmp_path / "ours.png").read_bytes() == (tmp_path / "theirs.png").read_bytes()


def test_colours_of_values_are_those_of_the_picture(data, tmp_path):
    Image = pytest.importorskip("PIL.Image")
    for field, cell in (("loss", "tanh"), ("log10-loss", "linear"), ("grad-wx", "relu")):
        s = gradscape.surface(data, fields=field, cell=cell, dtype="float64", **VIEW)
        s.save(tmp_path / "x.png")
        picture = np.asarray(Image.open(tmp_path / "x.png").convert("RGB"))[::-1]
        colors = s.colors()
        np.testing.assert_array_equal(colors.colors[colors.index(s[field])], picture)


def test_pyvista_reads_what_is_saved(data, tmp_path):
    pyvista = pytest.importorskip("pyvista")
    s = gradscape.surface(data, fields=("loss", "grad-wx"), dtype="float64", size=(61, 97))
    s.save(tmp_path / "a.vti")
    mesh = pyvista.read(tmp_path / "a.vti")
    assert mesh.dimensions == (61, 97, 1) and {"loss", "grad_wx"} <= set(mesh.point_data.keys())
    np.testing.assert_array_equal(mesh["loss"].reshape(97, 61), s.loss)
    assert mesh.bounds[:4] == pytest.approx((-3, 3, -3, 3))


def test_plot_has_the_exact_bands(data):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    for field, cell in (("loss", "tanh"), ("grad-wx", "linear"), ("log10-loss", "linear")):
        s = gradscape.surface(data, fields=field, cell=cell, dtype="float64", wx=(-3, 3), size=61)
        colors = s.colors()
        figure, ax = plt.subplots()
        image = s.plot(ax=ax)
        drawn = image.cmap(image.norm(image.get_array()), bytes=True)[..., :3]
        np.testing.assert_array_equal(drawn, colors.colors[colors.index(s[field])])
        # on a threshold: the band below
        at = colors.thresholds[3]
        assert int(image.norm(np.array([at]))[0] * (len(colors.levels) - 1)) + 1 == colors.index(at)
        figure.savefig("/dev/null", format="png")
        # bands are equally high on the bar, and each beside its level
        bar = image.colorbar
        places = bar.ax.transData.transform([[0, value] for value in bar.get_ticks()])[:, 1]
        np.testing.assert_allclose(np.diff(places), np.diff(places)[0], rtol=1e-3)
        shown = bar.cmap(bar.norm(bar.get_ticks()[1:] * (1 + 1e-9)), bytes=True)[..., :3]
        np.testing.assert_array_equal(
            shown, colors.colors[colors.index(bar.get_ticks()[1:] * (1 + 1e-9))]
        )
        plt.close(figure)
    assert gradscape.surface(data, size=5).plot() is not None
    with pytest.raises(ValueError, match="ax: one of matplotlib's axes is wanted"):
        gradscape.surface(data, size=5).plot("loss")
    plt.close("all")


def test_xarray_has_the_coordinates_and_the_same_memory(data):
    pytest.importorskip("xarray")
    s = gradscape.surface(data, fields=("loss", "grad-wx"), **VIEW)
    dataset = s.to_xarray()
    assert dataset.loss.dims == ("w_rec", "w_x")
    assert np.shares_memory(dataset.grad_wx.values, s.grad_wx)
    assert float(dataset.loss.sel(w_x=2, w_rec=-1.5)) == s.loss[0, -1]
    assert dataset.attrs["cell"] == "linear" and dataset.attrs["method"] == "rows"


def test_colour_options_are_checked(data):
    s = gradscape.surface(data, size=4)
    for options, sentence in (
        (dict(palette="jet"), "palette jet: unknown.*viridis"),
        (dict(levels=1), "levels 1: a whole number from 2"),
        (dict(range=(2, 1)), "the low end must be less"),
        (dict(range=(-1, 1)), "log"),  # of −1
        (dict(field="grad-wx"), "this surface has no grad_wx"),
    ):
        with pytest.raises((ValueError, AttributeError), match=sentence):
            s.png(**options)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        s.png(colour="red")
    with pytest.raises(ValueError, match="format gif: unknown; choose one of png, svg, pdf"):
        s.figure(format="gif")
    with pytest.raises(ValueError, match="samples 17"):
        s.figure(samples=17)
    with pytest.raises(ValueError, match=r"mark \(1,\)"):
        s.figure(mark=[(1,)])
    with pytest.raises(ValueError, match="no colours"):
        s.save("x.npz", palette="magma")
    with pytest.raises(ValueError, match="overview mean: only tiles"):
        s.save("x.png", overview="mean")
    with pytest.raises(ValueError, match="overview media: unknown; did you mean mean"):
        s.save("x.dzi", overview="media")


def test_parameters_travel_with_the_picture(data, tmp_path):
    facts = parameters(gradscape.surface(data, size=8, cell="tanh").png())
    assert facts["cell"] == "tanh" and facts["data"] == {"seed": 1, "sequences": 20, "length": 10}
