#!/usr/bin/env python3
"""Measures `gradscape explore` in a real browser (headless Chromium over its debugging pipe) and
prints a table in Markdown. Only Python's standard library. Usage: explore.py GRADSCAPE [CHROMIUM]"""
# SPDX-License-Identifier: MIT
import http.server
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import urlsplit


class Browser:
    """Commands go in at descriptor 3, answers and events come out at 4, each ended by a NUL."""

    def __init__(self, program):
        command_out, self.commands = os.pipe()
        self.answers, answer_in = os.pipe()
        self.profile = tempfile.mkdtemp()
        self.received, self.number, self.session = b"", 0, None

        def descriptors():
            os.dup2(command_out, 103)
            os.dup2(answer_in, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        words = [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--user-data-dir=" + self.profile, "--remote-debugging-pipe", "about:blank"]
        self.process = subprocess.Popen(words, preexec_fn=descriptors, close_fds=False,
                                        stderr=subprocess.DEVNULL)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **parameters):
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while True:
            while b"\0" not in self.received:
                self.received += os.read(self.answers, 1 << 20)
            text, self.received = self.received.split(b"\0", 1)
            message = json.loads(text)
            if message.get("id") == self.number:
                return message["result"]

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def wait_for(self, expression):
        self.value("new Promise(done => { const look = () => { let is = false;"
                   f"try {{ is = Boolean({expression}); }} catch {{}}"
                   "if (is) done(); else setTimeout(look, 1); }; look(); })")

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def median(measure, times=9):
    return statistics.median(measure() for _ in range(times))


def start(gradscape):
    begin = time.perf_counter()
    process = subprocess.Popen([gradscape, "explore", "--no-browser"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    address = process.stdout.readline().strip()
    return process, address, 1e3 * (time.perf_counter() - begin)


def listening(gradscape):
    process, _, milliseconds = start(gradscape)
    process.terminate()
    process.wait()
    return milliseconds


def cancel(address):
    """From a client's departure to the reply of the next, less the time of that reply alone."""
    parts = urlsplit(address)

    def ask(query):
        client = socket.create_connection((parts.hostname, parts.port))
        client.sendall(f"GET {parts.path}{query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                       "Connection: close\r\n\r\n".encode())
        return client

    def small(n):
        begin = time.perf_counter()
        client = ask(f"api/view?kx={n}&mx=16&nx=-6&ky=0&my=16&ny=-6&w=8&h=8&cell=tanh")
        while client.recv(1 << 16):
            pass
        return 1e3 * (time.perf_counter() - begin)

    alone = small(1000)
    busy = ask("api/view?kx=0&mx=16&nx=-12&ky=0&my=16&ny=-12&w=8000&h=8000&cell=tanh"
               "&field=train-loss&optimizer=gd&learning-rate=1e-9&iterations=10000")
    time.sleep(0.3)
    busy.close()
    return max(small(2000) - alone, 0)


# Every frame another view; counted are those whose picture is exactly the view asked for.
DRAG = """(async () => {
  const raf = () => new Promise(requestAnimationFrame);
  let shown = 0, last = null, frames = 0;
  const {shown: pictures} = await import('./frames.js');
  const begin = performance.now();
  while (performance.now() - begin < 4000) {
    const t = performance.now() - begin;
    gradscape.set({x: Math.sin(t / 700), y: Math.cos(t / 900) / 2, span: 6 * Math.exp(-2 + 2 * Math.cos(t / 800))});
    await raf();
    ++frames;
    if (pictures.base !== last) { last = pictures.base; ++shown; }
  }
  const seconds = (performance.now() - begin) / 1e3;
  return [shown / seconds, frames / seconds];
})()"""

# From a view that nobody has seen to its first piece, and to its last.
COSTLY = """(async () => {
  const {get, pictureParameters} = await import('./api.js');
  const {currentView, map} = await import('./geometry.js');
  const view = currentView(), begin = performance.now();
  const reply = await get('api/view', {...view.lattice, w: view.cols, h: view.rows, ...pictureParameters()});
  const reader = reply.body.getReader();
  await reader.read();
  const first = performance.now() - begin;
  while (!(await reader.read()).done);
  return [first, performance.now() - begin, map.cols, map.rows];
})()"""


# What any page takes in this browser: one canvas, painted at once.
EMPTY = b"""<!doctype html><canvas id="map" width="2000" height="1000"></canvas><script>
document.getElementById('map').getContext('2d').fillRect(0, 0, 2000, 1000);
performance.mark('first-picture');
gradscape = {isSettled: () => true};
</script>"""


class EmptyPage(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(EMPTY)))
        self.end_headers()
        self.wfile.write(EMPTY)

    def log_message(self, *_):
        pass


def first_picture(browser, address):
    browser.call("Page.navigate", url="about:blank")
    browser.call("Page.navigate", url=address)
    browser.wait_for("gradscape.isSettled()")
    return browser.value("performance.getEntriesByName('first-picture')[0].startTime")


def timed(browser, expression):
    return browser.value(f"(async () => {{ const begin = performance.now(); await {expression};"
                         "return performance.now() - begin; })()")


def main():
    gradscape = sys.argv[1]
    chromium = sys.argv[2] if len(sys.argv) > 2 else shutil.which("chromium")
    if not chromium:
        sys.exit("explore.py: error: no chromium here; the Debian package chromium has it")
    rows = [("listening after exec", median(lambda: listening(gradscape)), "ms", "5")]
    process, address, _ = start(gradscape)
    browser = Browser(chromium)
    browser.call("Emulation.setDeviceMetricsOverride", width=2400, height=1180, deviceScaleFactor=1,
                 mobile=False)
    empty = http.server.HTTPServer(("127.0.0.1", 0), EmptyPage)
    threading.Thread(target=empty.serve_forever, daemon=True).start()
    pages = [f"http://127.0.0.1:{empty.server_port}/", address]
    first = zip(*([first_picture(browser, page) for page in pages] for _ in range(9)))
    least, ours = (statistics.median(times) for times in first)
    rows.append(("first picture after navigation", ours, "ms", "150"))
    rows.append(("the same of a page that is a canvas and nothing else", least, "ms", "–"))
    shown, frames = browser.value(DRAG)
    rows.append((f"linear frames shown while dragging and zooming, of {frames:.0f}", shown, "a second", "55"))
    hover = median(lambda: timed(browser, "fetch(`api/point?x=${Math.random()}&y=1`).then(r => r.json())"), 50)
    rows.append(("hover: values of a point", hover, "ms", "16"))
    path = median(lambda: timed(browser, "fetch(`api/path?x=${Math.random()}&y=1`).then(r => r.arrayBuffer())"), 50)
    rows.append(("click: a path of 500 iterations", path, "ms", "30"))
    browser.wait_for("gradscape.isSettled()")
    number = [0]

    def costly(state):
        number[0] += 1
        browser.value(f"gradscape.set({{...gradscape.defaults, {state}, x: 0.01 * {number[0]} + 0.3}})")
        browser.wait_for("gradscape.isSettled()")
        browser.value(f"gradscape.set({{y: 40 + {number[0]}}})")
        return browser.value(COSTLY)

    for name, state, preview, whole in (("tanh", "cell: 'tanh'", "50", "120"),):
        samples = [costly(state) for _ in range(5)]
        cols, height = samples[0][2:]
        rows.append((f"{name} {cols} × {height}: preview", statistics.median(s[0] for s in samples), "ms", preview))
        rows.append((f"{name} {cols} × {height}: complete", statistics.median(s[1] for s in samples), "ms", whole))
    rows.append(("cancel", median(lambda: cancel(address), 5), "ms", "50"))
    browser.close()
    process.terminate()
    process.wait()
    print("| what | measured | target |\n|---|---|---|")
    for what, measured, unit, target in rows:
        print(f"| {what} | {measured:.3g} {unit} | {target} |")


main()
