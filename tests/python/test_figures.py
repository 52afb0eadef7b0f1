"""Figures: the very bytes that the program draws, whatever is asked for."""

import pytest

import gradscape

RANGES = ["--wx=-2:2", "--wrec=-1.5:1.5", "--quiet"]
VIEW = dict(wx=(-2, 2), wrec=(-1.5, 1.5), size=1024)

FIGURES = [
    (["--width", "3.5in", "--height", "76mm", "--dpi", 100], {}, dict(width=3.5, height="76mm", dpi=100)),
    (["--width", "500px", "--title", "a < b", "--theme", "dark"], {},
     dict(width="500px", title="a < b", theme="dark")),
    (["--title", ""], {}, dict(title="")),
    (["--cell", "tanh", "--contours", "--arrows"], dict(cell="tanh"), dict(contours=True, arrows=True)),
    (["--panel-size", "40x30", "--samples", 2], {}, dict(panel_size=(40, 30), samples=2)),
    (["--range", "auto", "--contours"], {}, dict(range="auto", contours=True)),
    (["--scale", "rank", "--cell", "relu"], dict(cell="relu"), dict(scale="rank")),
    (["--scale", "symlog:10", "--field", "grad-wx"], dict(fields="grad-wx"), dict(scale="symlog:10")),
    (["--palette", "magma_r", "--cell", "sigmoid"], dict(cell="sigmoid"), dict(palette="magma_r")),
    (["--palette", "#000000,#ff0000,#ffffff"], {}, dict(palette=["#000000", "#ff0000", "#ffffff"])),
    (["--field", "sharpness", "--cell", "tanh"], dict(cell="tanh", fields="sharpness"), {}),
    (["--field", "curvature-min"], dict(fields="curvature-min"), {}),
    (["--field", "condition", "--cell", "tanh"], dict(cell="tanh", fields="condition"), {}),
]  # fmt: skip


@pytest.mark.parametrize("words, options, figure", FIGURES)
def test_figures_are_the_programs(program, data, tmp_path, words, options, figure):
    program(tmp_path, "surface", *RANGES, *words, "--figure", "theirs.png")
    ours = gradscape.surface(data, **VIEW, **options).figure(**figure)
    assert ours == (tmp_path / "theirs.png").read_bytes()


def test_a_palette_is_read_from_a_file(program, data, tmp_path):
    (tmp_path / "p.csv").write_text("0,0,0\n255,128,0\n255,255,255\n")
    program(tmp_path, "surface", *RANGES, "--palette", "p.csv", "--figure", "theirs.png")
    s = gradscape.surface(data, **VIEW)
    theirs = (tmp_path / "theirs.png").read_bytes()
    assert s.figure(palette=tmp_path / "p.csv") == theirs
    assert s.figure(palette=str(tmp_path / "p.csv")) == theirs
    for missing in (dict(palette=tmp_path / "missing.csv"), dict(trajectory=tmp_path / "missing.csv")):
        with pytest.raises(FileNotFoundError) as caught:
            s.figure(**missing)
        assert caught.value.filename == str(tmp_path / "missing.csv")


def test_several_trajectories_are_the_programs(program, data, tmp_path):
    runs = {
        "slow": gradscape.train(data, iterations=20),
        "adam": gradscape.train(data, iterations=50, optimizer="adam", learning_rate=0.1),
    }
    for name, run in runs.items():
        run.save(tmp_path / f"{name}.csv")
    program(tmp_path, "surface", *RANGES, "--trajectory", "slow.csv", "adam.csv", "--figure", "theirs.svg")
    theirs = (tmp_path / "theirs.svg").read_bytes()
    s = gradscape.surface(data, **VIEW)
    assert s.figure(format="svg", trajectory=runs) == theirs
    files = [tmp_path / "slow.csv", str(tmp_path / "adam.csv")]
    assert s.figure(format="svg", trajectory=files) == theirs
    mixed = {"slow": runs["slow"].path[["w_x", "w_rec"]].tolist(), "adam": runs["adam"]}
    assert s.figure(format="svg", trajectory=mixed) == theirs
    structured = {"slow": runs["slow"].path, "adam": runs["adam"].path}
    assert s.figure(format="svg", trajectory=structured) == theirs
    alone = s.figure(format="svg", trajectory=runs["slow"].path)
    assert alone == s.figure(format="svg", trajectory=runs["slow"].path[["w_x", "w_rec"]].tolist())
    paths = [runs["slow"].path, runs["adam"].path]
    assert "path 2: loss" in s.figure(format="svg", trajectory=paths).decode()
    with pytest.raises(ValueError, match="trajectory: fields w_x and w_rec are wanted, not loss"):
        s.figure(trajectory=runs["slow"].path[["loss"]])
    # A run goes by its optimiser, an array by its place.
    both = s.figure(format="svg", trajectory=[runs["adam"], [[0, 0], [1, 1]]]).decode()
    assert "adam: loss" in both and "path 2: loss" in both


def drawing(svg):
    """Without the parameters, which are of the command line."""
    return svg[svg.index(b"</metadata>") :]


@pytest.mark.parametrize(
    "words, options, figure",
    [
        ([], {}, {}),
        (["--cell", "tanh", "--theme", "dark"], dict(cell="tanh"), dict(theme="dark")),
        (["--width", 6, "--title", "down", "--wx", "0:2"], {}, dict(width=6, title="down", wx=(0, 2))),
    ],
)
def test_figures_of_runs_are_the_programs(program, data, tmp_path, words, options, figure):
    program(tmp_path, "train", *words, "--iterations", 30, "--figure", "theirs.svg", "--quiet")
    ours = gradscape.train(data, iterations=30, **options).figure(format="svg", **figure)
    assert drawing(ours) == drawing((tmp_path / "theirs.svg").read_bytes())


@pytest.mark.parametrize(
    "words, figure",
    [
        ([], {}),
        (["--values", "magnitude", "--width", "180mm"], dict(values="magnitude", width="180mm")),
        (["--spread", "--theme", "dark", "--title", "t"], dict(spread=True, theme="dark", title="t")),
        (["--reduction", "article"], dict(reduction="article")),
    ],
)
def test_figures_of_traces_are_the_programs(program, data, tmp_path, words, figure):
    program(tmp_path, "trace", *words, "-o", "theirs.svg", "--quiet")
    ours = gradscape.trace(data).figure(format="svg", **figure)
    assert drawing(ours) == drawing((tmp_path / "theirs.svg").read_bytes())


def test_colours_follow_from_the_values_but_for_the_articles(data):
    def ends(x, *more, **options):
        levels = gradscape.surface(x, *more, size=32, **options).colors().levels
        return levels[0], levels[-1]

    articles = ends(data)
    assert articles == pytest.approx((10**-0.2, 1e8))
    assert ends(gradscape.counting_data(seed=9)) == articles
    assert ends(data, cell="tanh") != articles
    assert ends(data.x, data.y) != articles  # of arrays the engine knows no origin
    s = gradscape.surface(data, size=32)
    fitted = s.colors(range="auto").levels
    assert (fitted[0], fitted[-1]) != articles
    assert tuple(s.colors(range=(1, 10)).levels[[0, -1]]) == (1, 10)


def test_what_makes_no_sense_is_refused(data):
    s = gradscape.surface(data, size=4)
    for options, sentence in (
        (dict(width="wide"), "width wide: a length above 0"),
        (dict(height=-1), "height -1: a length above 0"),
        (dict(dpi=1), "dpi 1: "),
        (dict(theme="blue"), "theme blue: unknown; choose one of light, dark"),
        (dict(panel_size=9000), "panel_size .*8192"),
        (dict(panel_size=0), "panel_size 0: "),
        (dict(range="all"), "range"),
        (dict(scale="cubic"), "scale cubic: unknown"),
        (dict(palette=["#000000"]), "palette #000000: from 2"),
        (dict(palette=3), "palette 3: a name, a file or a list"),
        (dict(trajectory=[[1, 2, 3], "x.csv"]), "trajectory|x.csv"),
        (dict(trajectory=[1, 2]), "trajectory"),
    ):
        with pytest.raises(ValueError, match=sentence):
            s.figure(**options)
    with pytest.raises(TypeError, match="unexpected keyword argument 'depth'"):
        s.figure(depth=1)
    traces = gradscape.trace(data)
    with pytest.raises(ValueError, match="values half: unknown; choose one of auto"):
        traces.figure(values="half")
    with pytest.raises(ValueError, match="reduction sum: beside spread"):
        traces.figure(spread=True, reduction="sum")
    with pytest.raises(TypeError, match="unexpected keyword argument 'palette'"):
        traces.figure(palette="magma")
