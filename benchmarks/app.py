"""The app in a real browser: from the command to the first verdict, and from a lever to the verdict that it changes.

Times are taken inside the page, from the key press to the change of the sentence, so that they are what a user waits
for: the way to the server and back, the engine, and the drawing. Several sessions at once say what a class of users
waits for.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil

from benchmarks.table import Figure

CHROMIUM = Path("/usr/bin/chromium")
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
VERDICT = "[data-testid=stMain] [data-testid=stAlert]"
SESSIONS = 20

WATCH = """
() => new Promise((done, failed) => {
  const said = () => document.querySelector('SELECTOR')?.innerText;
  const before = said();
  let begin = 0;
  document.addEventListener('keydown', () => { begin = performance.now(); }, {once: true, capture: true});
  const seen = new MutationObserver(() => {
    if (begin && said() && said() !== before) { seen.disconnect(); done(performance.now() - begin); }
  });
  seen.observe(document.body, {childList: true, subtree: true, characterData: true});
  setTimeout(() => { seen.disconnect(); done(null); }, 60000);
})
""".replace("SELECTOR", VERDICT)


@contextmanager
def served(folder: str) -> Iterator[tuple[str, psutil.Process, float]]:
    """Yield the address of an app of its own, its server, and when the command began."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "simulator", "app", "--port", str(port), "--out", folder],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", psutil.Process(server.pid), begin
    finally:
        for process in [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]:
            process.terminate()
        server.wait()


def lever(page: Any, rng: random.Random) -> float | None:
    """Move a slider by one step and return the milliseconds until the verdict is another; None where it stays."""
    sliders = page.get_by_role("slider").all()
    sliders[0].focus()  # the price
    waiting = page.evaluate_handle(f"() => {{ window.waited = ({WATCH})(); }}")
    page.keyboard.press("ArrowRight")
    waited: float | None = page.evaluate("() => window.waited")
    waiting.dispose()
    return waited


def _open(browser: Any, address: str) -> Any:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US").new_page()
    page.goto(address)
    page.wait_for_selector("[data-testid=stMetric]", timeout=60_000)
    return page


def alone(address: str, begin: float, moves: int) -> list[Figure]:
    """Measure one session."""
    from playwright.sync_api import sync_playwright

    rng, waits, whole = random.Random(1), [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"], timeout=60_000
        )
        opened = time.perf_counter()
        page = _open(browser, address)
        first, since_open = time.perf_counter() - begin, time.perf_counter() - opened
        page.wait_for_selector(IDLE, timeout=60_000)
        for move in range(moves + 1):
            pressed = time.perf_counter()
            waited = lever(page, rng)
            page.wait_for_selector(IDLE, timeout=60_000)
            page.wait_for_timeout(300)
            if waited is not None and move:  # the first one builds the world
                waits.append(waited)
                whole.append(1e3 * (time.perf_counter() - pressed) - 300)
            elif waited is not None:
                once = waited
        browser.close()
    return [
        Figure("from the command to the first verdict, browser included", first, "s", 10, small=True),
        Figure("from opening the page to the first verdict", since_open, "s", 5, small=True),
        Figure("the first lever of a scenario to the verdict", once, "ms", small=True),
        *_spread("lever to verdict", waits, 400, 1_000),
        *_spread("lever to all charts", whole, 1_400, None),
    ]


def together(address: str, server: psutil.Process, moves: int) -> list[Figure]:
    """Measure many sessions that move levers at the same time, each on a thread of its own."""
    from playwright.sync_api import sync_playwright

    waits: list[float] = []
    errors: list[str] = []
    peak = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            every = [server, *server.children(recursive=True)]
            peak[0] = max(peak[0], sum(each.memory_info().rss for each in every))

    def user(number: int) -> None:
        rng = random.Random(number)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"], timeout=120_000
                )
                page = browser.new_context(locale="en-US").new_page()
                page.goto(address, timeout=120_000)
                page.wait_for_selector("[data-testid=stMetric]", timeout=120_000)
                page.wait_for_selector(IDLE, timeout=120_000)
                for _ in range(moves):
                    page.wait_for_timeout(rng.uniform(1_000, 4_000))  # people think
                    waited = lever(page, rng)
                    if waited is not None:
                        waits.append(waited)
                    if page.locator("[data-testid=stException]").count():
                        errors.append(
                            f"session {number}: {page.locator('[data-testid=stException]').first.inner_text()}"
                        )
                browser.close()
        except Exception as error:  # counted: one session that fails must not end the others
            errors.append(f"session {number}: {error}")

    watcher = threading.Thread(target=watch)
    watcher.start()
    users = [threading.Thread(target=user, args=(number,)) for number in range(SESSIONS)]
    for each in users:
        each.start()
    for each in users:
        each.join()
    over.set()
    watcher.join()
    for error in errors:
        print(error, file=sys.stderr)
    return [
        Figure(f"{SESSIONS} sessions at once: errors", len(errors), "", 0, small=True),
        *_spread(f"{SESSIONS} sessions at once: lever to verdict", waits, None, None),
        Figure(f"{SESSIONS} sessions at once: most memory of the server", peak[0] / 1e6, "MB", 2_500, small=True),
    ]


def _spread(name: str, waits: Sequence[float], median: float | None, high: float | None) -> list[Figure]:
    if not waits:
        raise RuntimeError(f"{name}: no move changed the verdict")
    at = dict(zip((10, 50, 90, 95, 100), np.percentile(waits, (10, 50, 90, 95, 100)).tolist()))
    targets = {50: median, 95: high}
    return [
        Figure(f"{name}, P{percent} of {len(waits)}", value, "ms", targets.get(percent), small=True)
        for percent, value in at.items()
    ]


def run(quick: bool = False) -> list[Figure]:
    """Measure."""
    if not CHROMIUM.exists():
        raise SystemExit(f"{CHROMIUM} is missing: apt-get install chromium")
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    with TemporaryDirectory() as folder:
        with served(folder) as (address, _, begin):
            found = alone(address, begin, 5 if quick else 60)
        if quick:
            return found
        with served(folder) as (address, server, _):
            return found + together(address, server, 6)
