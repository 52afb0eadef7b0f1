"""The explorer in the process."""

import gc
import json
import threading
import urllib.error
import urllib.request

import pytest

import gradscape


def get(address, **fields):
    request = urllib.request.Request(address, headers={k.replace("_", "-"): v for k, v in fields.items()})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return reply.headers, reply.read()


def test_it_serves_its_data_until_it_is_closed(data):
    with gradscape.explore(data.x, data.y, name="mine") as explorer:
        headers, page = get(explorer.address)
        assert b"<html" in page
        facts = json.loads(get(explorer.address + "api/info")[1])
        assert facts["data"][0]["name"] == "mine" and facts["data"][0]["sequences"] == 20
        assert explorer.address in explorer._repr_html_() and "<iframe" in explorer._repr_html_()
    assert explorer.closed and "closed" in explorer._repr_html_()
    with pytest.raises(urllib.error.URLError):
        get(explorer.address)
    explorer.close()


def test_a_notebooks_page_may_frame_it_and_ask_nothing_else(data):
    with gradscape.explore(data) as explorer:
        headers, _ = get(explorer.address, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="iframe")
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors http://localhost:*" in policy
        for dest in ("empty", "script", "document"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                get(explorer.address, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest=dest)
            assert refused.value.code == 403


def test_it_ends_with_its_object():
    explorer = gradscape.explore()
    address = explorer.address
    get(address)
    del explorer
    gc.collect()
    with pytest.raises(urllib.error.URLError):
        get(address)


def test_it_ends_with_the_process():
    import subprocess
    import sys

    code = "import gradscape; e = gradscape.explore(); print(e.address, flush=True)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and done.stderr == ""
    with pytest.raises(urllib.error.URLError):
        get(done.stdout.strip())


def test_a_port_that_is_taken_is_said(data):
    with gradscape.explore(data) as explorer:
        port = int(explorer.address.split(":")[2].split("/")[0])
        with pytest.raises(OSError, match=f"port {port}: another program"):
            gradscape.explore(data, port=port)
    with pytest.raises(ValueError, match="port 70000"):
        gradscape.explore(data, port=70000)


def test_a_model_keeps_what_is_its_own(data):
    model = gradscape.Model(data, cell="tanh", backend="emulated", initial_state=0.25)
    with gradscape.explore(model) as explorer:
        assert explorer.address.endswith("/#cell=tanh")
        facts = json.loads(get(explorer.address.split("#")[0] + "api/info")[1])
        assert facts["backend"] == "emulated" and facts["initial_state"] == 0.25
        assert facts["data"][0]["name"] == "counting ones, seed 1"
        with gradscape.explore(data, backend="emulated", initial_state=0.25) as other:
            assert json.loads(get(other.address + "api/info")[1])["data"] == facts["data"]
    with gradscape.explore(gradscape.Model(data.x, data.y)) as explorer:
        facts = json.loads(get(explorer.address + "api/info")[1])
        assert facts["data"][0]["name"] == "x, y"


def test_threads_may_close_it_at_once(data):
    explorer = gradscape.explore(data)
    threads = [threading.Thread(target=explorer.close) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert explorer.closed
