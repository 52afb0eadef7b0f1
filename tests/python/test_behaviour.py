"""How the module behaves: memory, errors, Ctrl-C, threads, forks, pickles."""

import concurrent.futures
import copy
import errno
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import tracemalloc

import numpy as np
import pytest

import gradscape
from gradscape import _core

# Takes minutes on any machine: it is there to be stopped.
LONG = dict(fields="train-steps", iterations=1_000_000, size=512, tolerance=0)


def address(array):
    return array.__array_interface__["data"][0]


def test_outputs_are_the_engines_own_memory(data):
    s = gradscape.surface(data, fields=("loss", "grad-wx"), size=(40, 30))
    assert s.loss is s.loss
    for field, array in ((0, s.loss), (1, s.grad_wx)):
        assert address(array) == s._values.address(field)
        assert array.flags.c_contiguous and array.flags.writeable and not array.flags.owndata
    kept = s.loss
    expected = kept.copy()
    del s
    gc.collect()
    gradscape.surface(data, fields=("loss", "grad-wx"), size=(40, 30))
    np.testing.assert_array_equal(kept, expected)
    run = gradscape.train(data, iterations=3)
    assert address(run.path) == address(run._core.path())


def test_memory_goes_with_the_last_array(data):
    def resident():
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    gradscape.surface(data, size=2048).loss
    before = resident()
    for _ in range(20):
        gradscape.surface(data, size=2048).loss  # 16 MiB each
    assert resident() - before < 64 << 20


def test_inputs_are_copied_once_and_by_nobody_else():
    x = np.random.default_rng(1).random((100_000, 20))  # 16 MB
    y = x.sum(axis=1)
    for given in (x, np.asfortranarray(x), x.astype(np.float32), (x > 0.5)):
        tracemalloc.start()  # sees numpy's memory, not the engine's
        model = gradscape.Model(given, y)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 1 << 20
        assert address(model.x) == address(model.x) != address(given)
        np.testing.assert_array_equal(model.x, given)
        assert not model.x.flags.writeable


@pytest.mark.parametrize(
    "options, sentence",
    [
        (dict(wx=(3, -3)), r"wx=\(3.*the low end must be less than the high end"),
        (dict(wrec=(0, np.inf)), "finite numbers are wanted"),
        (dict(wx=3), r"wx=3: a range \(low, high\) is wanted"),
        (dict(size=0), "whole numbers from 1"),
        (dict(size="big"), "whole numbers from 1"),
        (dict(fields="los"), "did you mean loss"),
        (dict(fields=()), "at least one"),
        (dict(cell="gelu"), "cell gelu: unknown.*linear, tanh, relu, sigmoid"),
        (dict(method="row"), "did you mean rows"),
        (dict(method="rows", cell="tanh"), "only the linear cell has a row form"),
        (dict(dtype="int8"), "float32 or float64 is wanted"),
        (dict(backend="gpu"), "backend gpu: unknown; choose one of auto, reference"),
        (dict(threads=0), "threads 0: a whole number from 1"),
        (dict(optimizer="adam"), "none of the fields is trained"),
        (dict(fields="train-loss", optimizer="lion"), "optimizer lion: unknown"),
        (dict(fields="train-loss", iterations=-1), "iterations -1: a whole number"),
        (dict(fields="train-loss", learning_rate=1.0), "has no effect on optimizer rprop, only on gd"),
        (dict(fields="train-loss", eta_plus=0.5), "eta_plus 0.5: a number above 1 is wanted"),
        (dict(fields="train-loss", optimizer="nesterov", momentum=0.0), "nesterov looks ahead"),
        (
            dict(fields="train-loss", optimizer="rprop-plus", delta_min=9.0, delta_max=1.0),
            "delta_min 9: the smallest step must not be above the largest, delta_max 1",
        ),
        (dict(weights=[1, 2]), "weights: one number a sequence is wanted, 20, not 2"),
        (dict(weights=[0] * 20), r"weights\[0\]: numbers above 0 are wanted"),
        (dict(weights="heavy"), "weights: an array of real numbers is wanted"),
        (dict(method="rows", backend="reference"), "method rows: has no effect on backend reference"),
        (dict(wx=(-(10**400), 1)), "wx: finite numbers are wanted"),
        (dict(wx=(-1e308, 1e308)), "the ends are further apart than a double can say"),
        (dict(wx="12"), r"wx='12': a range \(low, high\) is wanted"),
        (dict(wrec={-3, 1}), r"a range \(low, high\) is wanted"),
        (dict(initial_state="0.5"), "initial_state '0.5': a number is wanted"),
        (dict(initial_state=10**400), "initial_state: a finite number is wanted, below 1.8e308"),
        (dict(rnn=object()), r"torch.nn.RNN\(1, 1, bias=False\) is wanted, not object"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_valueerror_of_one_line(data, options, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        gradscape.surface(data.x, data.y, **options)
    text = str(caught.value)
    assert "\n" not in text and "gradscape: error" not in text and "--" not in text


def test_tables_are_csv(data, tmp_path):
    for each in gradscape.train(data, iterations=3), gradscape.trace(data):
        with pytest.raises(ValueError, match="the ending .csv is wanted"):
            each.save(tmp_path / "r.npz")
        each.save(tmp_path / "r.csv")


def test_a_surface_is_a_mapping_and_no_array(data):
    s = gradscape.surface(data, fields=("loss", "grad-wx"), size=3)
    assert dict(s.items()).keys() == dict(s).keys()
    assert s.values()[0] is s.loss and s.get("loss") is s.loss and s.get("train-loss", 7) == 7
    with pytest.raises(TypeError, match="loss, grad_wx"):
        np.asarray(s)


def test_a_map_fills_its_arrays_in_the_order_of_its_fields(data):
    arrays = [np.empty((4, 4)), np.empty((4, 4))]
    m = gradscape.train_map(data, size=4, iterations=20, out=arrays)
    assert m.fields == ("train_loss", "train_steps")
    assert arrays[0] is m.train_loss and arrays[1] is m.train_steps


def test_a_runs_figure_has_a_range(data):
    run = gradscape.train(data, iterations=3)
    for wx in (0, np.inf), (3, 1), (1, 1), (np.nan, 1), (-1e308, 1e308):
        with pytest.raises(ValueError, match="wx"):
            run.figure(wx=wx)


def test_subclasses_are_models_and_data(data):
    class OwnModel(gradscape.Model):
        pass

    class OwnData(gradscape.Data):
        pass

    own = OwnModel(data.x, data.y).surface(size=4)
    assert np.array_equal(own.loss, gradscape.surface(data.x, data.y, size=4).loss)
    assert np.array_equal(gradscape.surface(OwnData(data._core), size=4).loss, own.loss)


def test_traces_cannot_be_moved(data):
    points = np.array([(1.0, 1.0), (2.0, 2.0)])
    traces = gradscape.trace(data, at=points)
    with pytest.raises(ValueError):
        traces.at[0] = 5
    points[0] = 5
    assert traces.at[0, 0] == 1
    for reduction in ("", 0):
        with pytest.raises(ValueError, match="reduction"):
            traces.figure(reduction=reduction)
    with pytest.raises(ValueError, match="reduction"):
        traces.log10(None)
    with pytest.raises(ValueError, match="values"):
        traces.figure(values=3)
    with pytest.raises(ValueError, match="the bands of spread are of magnitudes"):
        traces.figure(values="signed", spread=True)


def test_data_that_make_no_sense_are_named(data):
    for x, y, sentence in (
        (data.x[0], data.y, "x: 2 dimensions are wanted, not 1"),
        (data.x, data.y[:-1], "y: one number a sequence is wanted, 20, not 19"),
        (data.x, data.x, "y: 1 dimension is wanted, not 2"),
        (data.x, None, "y: the targets are wanted"),
        (np.empty((0, 3)), [], "at least one sequence"),
        (data.x + 1j, data.y, "x: an array of real numbers is wanted"),
        ([[1, 2], [3]], [1, 2], "x: an array of real numbers is wanted"),
        (np.where(data.x == 1, np.nan, 0), data.y, r"x\[0, 1\]: finite numbers are wanted, not nan"),
    ):
        with pytest.raises(ValueError, match=sentence):
            gradscape.surface(x, y)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        gradscape.surface(data, colour="red")
    with pytest.raises(TypeError, match="unexpected keyword argument 'progress'"):
        gradscape.train(data, progress=True)  # which cannot say how far it is
    with pytest.raises(TypeError, match="unexpected keyword argument 'rnn'"):
        gradscape.valley(data, rnn=None)  # whose cells have none
    with pytest.raises(AttributeError, match="this surface has no grad_wx, only loss"):
        gradscape.surface(data, size=2).grad_wx
    with pytest.raises(ValueError, match="the model has its own"):
        gradscape.surface(gradscape.Model(data), cell="tanh")


def test_files_that_cannot_be_written_are_oserrors_and_leave_nothing(data, tmp_path):
    s = gradscape.surface(data, size=8)
    for name in ("x.npz", "x.png", "x.npy", "x.csv"):
        with pytest.raises(FileNotFoundError, match="there is no folder") as caught:
            s.save(tmp_path / "missing" / name)
        assert caught.value.filename == str(tmp_path / "missing" / name)
        assert caught.value.errno == errno.ENOENT and "\n" not in str(caught.value)
    with pytest.raises(OSError):
        s.figure(tmp_path / "missing" / "x.svg")
    (tmp_path / "x.png").mkdir()
    with pytest.raises(IsADirectoryError):
        s.save(tmp_path / "x.png")
    (tmp_path / "x.png").rmdir()
    with pytest.raises(ValueError, match="unknown kind of file"):
        s.save(tmp_path / "x.docx")
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_is_a_memoryerror(data):
    with pytest.raises(MemoryError, match="fewer would fit"):  # by its axes
        gradscape.surface(data, size=(2**31 - 1, 1))
    if os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") < 4e10:
        with pytest.raises(MemoryError, match="a path of 1000000000 iterations"):
            gradscape.train(data, iterations=10**9)
    with pytest.raises(MemoryError):
        gradscape.surface(data, size=(2**31 - 1, 2**31 - 1))
    with pytest.raises(MemoryError, match="fewer would fit"):  # whose bytes 64 bits cannot count
        gradscape.surface(data, size=(2**31 - 1, 2**30 + 1), dtype="float64")


def interrupt_soon(seconds=0.3):
    sent = []

    def send():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Timer(seconds, send).start()
    return sent


@pytest.mark.parametrize(
    "call",
    [
        lambda d: gradscape.surface(d, **LONG),
        lambda d: gradscape.surface(d, **LONG, threads=1),
        lambda d: gradscape.train(d, iterations=10**8, optimizer="gd", learning_rate=1e-9),
        lambda d: gradscape.surface(d, cell="tanh", backend="reference", size=4096),
    ],
    ids=["training", "one thread", "path", "reference"],
)
def test_ctrl_c_is_a_keyboardinterrupt_and_leaves_no_thread(data, call):
    threads = len(os.listdir("/proc/self/task"))
    sent = interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        call(data)
    took = time.monotonic() - sent[0]
    assert took < 2  # 0.2 s where the machine has nothing else to do; measured in docs/python.md
    deadline = time.monotonic() + 2
    while len(os.listdir("/proc/self/task")) > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(os.listdir("/proc/self/task")) <= threads


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
def test_ctrl_c_does_not_wait_for_a_drawing(data, format):
    surface = gradscape.surface(data, size=64)
    surface.figure(format=format)
    threads = len(os.listdir("/proc/self/task"))
    sent = interrupt_soon(0.15)
    with pytest.raises(KeyboardInterrupt):
        surface.figure(format=format, dpi=1200)  # which takes a second or more
        time.sleep(5)
    assert time.monotonic() - sent[0] < 2
    deadline = time.monotonic() + 60
    while len(os.listdir("/proc/self/task")) > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(os.listdir("/proc/self/task")) <= threads


def test_ctrl_c_leaves_no_file(data, tmp_path):
    interrupt_soon()
    s = gradscape.surface(data, fields="train-steps", iterations=1, size=8)
    slow = gradscape.Surface(
        s.model, s._view, (*s._recipe[:9], gradscape._surface.options_of("", LONG_TRAINING), 6), None
    )
    slow._view = gradscape._surface.view_of(slow._recipe, s.model)
    with pytest.raises(KeyboardInterrupt):
        slow.figure(tmp_path / "x.png")
    assert list(tmp_path.iterdir()) == []


LONG_TRAINING = dict(iterations=1_000_000)


def test_progress_is_told_and_what_it_raises_ends_the_work(data):
    told = []
    options = dict(fields="train-steps", iterations=300, size=160, threads=1)
    gradscape.surface(data, progress=lambda done, total: told.append((done, total)), **options)
    assert told[-1] == (160 * 160, 160 * 160)
    assert told == sorted(set(told))

    class Enough(Exception):
        pass

    def enough(done, total):
        raise Enough

    with pytest.raises(Enough):
        gradscape.surface(data, progress=enough, **options)
    with pytest.raises(Enough):
        gradscape.surface(data, progress=enough, size=4)
    told.clear()  # of what is done at once, too
    gradscape.surface(data, progress=lambda *at: told.append(at), size=4)
    gradscape.surface(data, progress=lambda *at: told.append(at), size=3, out=np.empty((3, 3)))
    assert told == [(16, 16), (9, 9)]
    gradscape.surface(data, size=4, progress=True if _has("tqdm") else None)


def _has(module):
    import importlib.util

    return importlib.util.find_spec(module) is not None


def test_threads_may_call_at_once_and_the_interpreter_goes_on(data):
    options = dict(fields=("loss", "grad-wx"), cell="tanh", size=800)
    expected = gradscape.surface(data, **options)
    model = gradscape.Model(data, cell="tanh")
    turns = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        futures = [
            pool.submit(
                lambda i: (model if i % 2 else gradscape.Model(data, cell="tanh")).surface(
                    fields=("loss", "grad-wx"), size=800
                ),
                i,
            )
            for i in range(12)
        ]
        while not all(future.done() for future in futures):
            turns += 1
            time.sleep(0.0005)
        for future in futures:
            np.testing.assert_array_equal(future.result().loss, expected.loss)
    assert turns > 3


def lets_others_in(call):
    """Whether another thread has a turn during some call. It has one only where the call lets the
    interpreter's lock go: it is never told to."""
    turns, ended = [], threading.Event()

    def take_turns():
        while not ended.is_set():
            turns.append(1)
            time.sleep(0.0001)

    interval = sys.getswitchinterval()
    thread = threading.Thread(target=take_turns)
    thread.start()
    try:
        sys.setswitchinterval(1000)
        for _ in range(100):  # a machine that is busy may not come to it the first time
            before = len(turns)
            call()
            if len(turns) > before:
                return True
        return False
    finally:
        sys.setswitchinterval(interval)
        ended.set()
        thread.join()


def test_the_interpreter_goes_on_while_data_are_taken():
    x = np.zeros((400_000, 20), np.float32)

    def take():
        with pytest.raises(ValueError, match="y: one number a sequence"):  # x is taken by then
            gradscape.Model(x, [1.0])

    assert lets_others_in(take)


def test_the_interpreter_goes_on_while_an_explorer_starts():
    taken = _core.data_of_arrays(np.zeros((100_000, 20)), np.zeros(100_000), None)
    started = []
    assert lets_others_in(
        lambda: started.append(_core.Explorer(taken, 0.0, "zeros", "cpu", 1, 0, ""))
    )
    for explorer in started:
        explorer.close()


def test_results_survive_a_pickle_and_a_copy(data, tmp_path):
    s = gradscape.surface(
        data, fields=("loss", "train-steps"), size=(9, 7), optimizer="adam", learning_rate=0.1
    )
    for again in (pickle.loads(pickle.dumps(s)), copy.deepcopy(s)):
        assert again.fields == s.fields and again.dtype == s.dtype and again.shape == s.shape
        np.testing.assert_array_equal(again.loss, s.loss)
        np.testing.assert_array_equal(again.train_steps, s.train_steps)
        assert again.png() == s.png()  # the data's origin, too
    run = pickle.loads(pickle.dumps(gradscape.train(data, optimizer="adam", learning_rate=0.1)))
    np.testing.assert_array_equal(
        run.path, gradscape.train(data, optimizer="adam", learning_rate=0.1).path
    )
    again = pickle.loads(pickle.dumps(data))
    assert repr(again) == repr(data)
    for name in ("x", "y", "weights", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(again, name), getattr(data, name))
    assert gradscape.surface(again, size=9).png() == gradscape.surface(data, size=9).png()
    wild = gradscape.train(data, start=(3, 3), optimizer="gd", learning_rate=1.0)
    again = pickle.loads(pickle.dumps(wild))
    assert wild.diverged and again.diverged and repr(again) == repr(wild)
    traces = pickle.loads(pickle.dumps(gradscape.trace(data)))
    np.testing.assert_array_equal(traces.grad_sum, gradscape.trace(data).grad_sum)


def test_pickles_have_names_and_values_and_need_no_gpu(data):
    s = gradscape.surface(data, fields=("grad-wx", "loss"), method="bptt", size=4)
    state = s.__reduce__()[1][1]
    assert state["fields"] == ["loss", "grad-wx"] and state["first"] == "grad-wx"
    assert (state["method"], state["dtype"]) == ("bptt", None)
    again, given = gradscape.Model(data, cell="tanh").__reduce__()
    other = again(*given[:4], "cuda", *given[5:])
    assert other.backend == ("cpu" if gradscape.info()["backends"]["cuda"] else "cuda")
    run = gradscape.train(data, iterations=10)
    again, given = run.__reduce__()
    path = given[3].copy()
    path[-1, 2] = 7.5  # taken from the state, not trained anew
    assert again(*given[:3], path, given[4]).loss == 7.5


def test_a_surface_is_a_mapping(data):
    s = gradscape.surface(data, fields=("grad-wx", "loss"), size=4)
    assert len(s) == 2 and list(s) == list(s.keys()) == ["loss", "grad_wx"]
    assert dict(s)["grad_wx"] is s.grad_wx
    assert "grad-wx" in s and "grad_wx" in s and "grad-wrec" not in s
    assert "nonsense" not in s and 3 not in s


def test_warnings_name_the_line_that_asked(data):
    near = dict(wx=(1, 1 + 1e-6), dtype="float32", size=64)
    model = gradscape.Model(data, cell="tanh")
    for call in (
        lambda: gradscape.surface(data, cell="tanh", **near),
        lambda: model.surface(**near),
        lambda: gradscape.train_map(data, cell="tanh", iterations=1, **near),
    ):
        with pytest.warns(RuntimeWarning, match="same point") as caught:
            call()
        assert caught[0].filename == __file__


@pytest.mark.filterwarnings("ignore:This process")  # Python 3.12 sees the explorer's threads
def test_a_fork_goes_on_with_what_it_has(data):
    model = gradscape.Model(data, cell="tanh")
    s = model.surface(size=100)
    with gradscape.explore(data):
        child = os.fork()
        if child == 0:
            ok = False
            try:
                other = model.surface(size=100)
                ok = bool((other.loss == s.loss).all())
            finally:
                os._exit(0 if ok else 1)
        _, status = os.waitpid(child, 0)
    assert status == 0


@pytest.mark.parametrize("progress", ["None", "lambda done, total: None"])
def test_the_process_ends_while_a_daemon_is_at_work(progress):
    """Python ends a thread that wants the lock then, wherever it is: C++ would abort."""
    code = (
        "import gradscape, threading, time\n"
        "def work():\n"
        "    gradscape.surface(gradscape.counting_data(), fields='train-steps', size=512,\n"
        f"        iterations=1_000_000, tolerance=0, progress={progress})\n"
        "threading.Thread(target=work, daemon=True).start(); time.sleep(0.2)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_process_ends_while_a_daemon_is_in_a_callback():
    code = (
        "import gradscape, threading, time\n"
        "entered = threading.Event()\n"
        "def tell(done, total): entered.set(); time.sleep(0.5)\n"
        "def work():\n"
        "    gradscape.surface(gradscape.counting_data(), fields='train-steps', size=(64, 4096),\n"
        "        iterations=300, tolerance=0, progress=tell)\n"
        "threading.Thread(target=work, daemon=True).start(); assert entered.wait(60)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=90)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_programs_signals_are_pythons_again_after_it(tmp_path):
    code = (
        "from gradscape import _core; import os, signal, sys\n"
        f"_core.main([b'gradscape', b'surface', b'--size', b'8', b'--quiet', b'-o', {os.fsencode(tmp_path / 'x.png')!r}])\n"
        "assert signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN\n"
        "try:\n"
        "    os.kill(os.getpid(), signal.SIGINT); sys.exit(1)\n"
        "except KeyboardInterrupt: pass"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_a_second_interpreter_is_refused():
    pytest.importorskip("_xxsubinterpreters")
    code = (
        "import _xxsubinterpreters as i\n"
        "try: i.run_string(i.create(), 'import gradscape')\n"
        "except Exception as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    # numpy may refuse it first
    assert done.returncode == 0 and ("main interpreter" in done.stdout or "numpy" in done.stdout)


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda d: gradscape.surface(d, fields=7), "fields 7: a name, or several, are wanted"),
        (lambda d: gradscape.surface(d, backend=1), "backend 1: text is wanted"),
        (lambda d: gradscape.surface(d, threads=1.5), "threads 1.5: a whole number from 1"),
        (lambda d: gradscape.surface(d, progress=3), "progress 3: a callable of"),
        (lambda d: gradscape.surface(d, initial_state="a"), "initial_state 'a': a number is wanted"),
        (lambda d: gradscape.surface(np.ma.masked_array(d.x, d.x > 0), d.y), "x: an array of real"),
        (lambda d: gradscape.surface(d, out=3), "out: an array for each field"),
        (lambda d: gradscape.train(d, start=(np.nan, 1)), r"start \(nan, 1\): finite numbers"),
        (lambda d: gradscape.train(d, start="ab"), "start 'ab': a point"),
        (lambda d: gradscape.train(d, start=(10**400, 1)), "start: finite numbers"),
        (lambda d: gradscape.valley(d, wrec=[1, np.nan]), r"wrec\[1\]: finite numbers .* not nan"),
        (lambda d: gradscape.valley(d, wrec=[np.inf]), r"wrec\[0\]: finite numbers .* not inf"),
        (lambda d: gradscape.Model(d).predict([[1, np.nan]], (1, 1)), r"x\[0, 1\]: finite numbers"),
        (lambda d: gradscape.compare(d, optimizer="adam", size=4), "optimizer: none of the fields"),
        (lambda d: gradscape.surface(d, size=4).figure(contours=[1, 10]), r"contours \[1, 10\]: True"),
        (lambda d: gradscape.surface(d, size=4).figure(valley="no"), "valley 'no': True or False"),
        (lambda d: gradscape.surface(d, size=4).figure("x.png", format="svg"), "format svg: not what"),
        (lambda d: gradscape.surface(d, size=4).figure("x.png", format="gif"), "format gif: unknown"),
        (lambda d: gradscape.trace(d).figure("x.png", format="pdf"), "format pdf: not what"),
        (lambda d: gradscape.train(d, iterations=1).figure("x.png", format="pdf"), "format pdf: not"),
        (lambda d: gradscape.trace(d).figure(spread=1), "spread 1: True or False"),
        (lambda d: gradscape.explore(d, y=[1, 2]), "y, weights: the data have theirs"),
        (lambda d: gradscape.explore(y=[1, 2]), "y, weights: they belong to an x"),
        (lambda d: gradscape.explore(gradscape.Model(d), weights=[1]), "the model has its own"),
        (lambda d: gradscape.explore(gradscape.Model(d), backend="reference"), "the model has its"),
        (lambda d: gradscape.train(d, optimizer="gd", learning_rate=[]), r"learning_rate \[\]: a"),
        (lambda d: gradscape.trace(d, at=[(np.nan, 1)]), "at: points .* finite numbers"),
        (lambda d: gradscape.trace(d, at=np.empty((0, 2))), "at: points .* at least one"),
        (lambda d: gradscape.compare(d, a="cpu:bptt:f16"), "precision f16: unknown"),
        (lambda d: gradscape.compare(d, a=3), "3: backend.* is wanted"),
        (lambda d: gradscape.compare(d, rtol="x"), "rtol 'x': a number is wanted"),
        (lambda d: gradscape.counting_data(seed=1.5), "seed 1.5: a whole number from 0"),
        (lambda d: gradscape.surface(d, size=4).png(levels=3.5), "levels 3.5: a whole number"),
        (lambda d: gradscape.surface(d, size=4).png(scale=3), "scale 3: text is wanted"),
        (lambda d: gradscape.surface(d, size=4).figure(samples=1.5), "samples 1.5: a whole number"),
        (lambda d: gradscape.surface(d, size=4).figure(mark=3), "mark 3: "),
        (lambda d: gradscape.surface(d, size=4).figure(title="a\0b"), "title .*: text is wanted"),
        (lambda d: gradscape.surface(d, size=4).save("a\0b.png"), "path .*: text is wanted"),
        (lambda d: gradscape.surface(d, size=4).save("x.png", field="grad-wx"), "has no grad_wx"),
        (lambda d: gradscape.explore(d, name=3), "name 3: text is wanted"),
    ],
)  # fmt: skip
def test_things_of_another_kind_are_refused_in_one_line(data, tmp_path, monkeypatch, call, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=sentence) as caught:
        call(data)
    assert "\n" not in str(caught.value) and list(tmp_path.iterdir()) == []


def test_other_interpreters_modules_are_not_needed():
    """numpy alone is imported by the package itself."""
    code = (
        "import sys, gradscape; gradscape.surface(gradscape.counting_data(), size=8);"
        "wrong = {'torch', 'xarray', 'matplotlib', 'tqdm', 'IPython', 'pandas'} & set(sys.modules);"
        "sys.exit(str(wrong) if wrong else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_info_names_every_backend():
    facts = gradscape.info()
    assert facts["version"] == gradscape.__version__
    assert facts["backends"]["cpu"] == "" and set(facts["backends"]) == {
        "reference", "cpu", "emulated", "cuda",
    }  # fmt: skip
    assert _core.fields[0] == "loss" and gradscape.info.__doc__
