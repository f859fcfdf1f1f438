"""The app in a real browser: from the command to the first verdict, and from a lever to the verdict that it changes.

Times are taken inside the page, from the key press to the change of the sentence, so that they are what a user waits
for: the way to the server and back, the engine, and the drawing. Several sessions at once say what a class of users
waits for.
"""

from __future__ import annotations

import asyncio
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil

from benchmarks.session import Session, opened
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


def lever(page: Any) -> float | None:
    """Move the price by one step and return the milliseconds until the verdict is another; None where it stays."""
    page.get_by_role("slider").first.focus()
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

    waits: list[float] = []
    whole: list[float] = []
    once = float("nan")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"], timeout=60_000
        )
        asked = time.perf_counter()
        page = _open(browser, address)
        first, since_open = time.perf_counter() - begin, time.perf_counter() - asked
        page.wait_for_selector(IDLE, timeout=60_000)
        for move in range(moves + 1):
            pressed = time.perf_counter()
            waited = lever(page)
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


def served_alone(address: str, moves: int) -> list[Figure]:
    """Measure one session without a browser: what the server takes."""

    async def use() -> list[float]:
        async with opened(address) as socket:
            session = Session(socket)
            await session.open()
            await session.move()  # builds the world
            waits = []
            for _ in range(moves):
                await asyncio.sleep(0.3)
                waits.append(1e3 * await session.move())
            return waits

    return _spread("lever to verdict at the server", asyncio.run(use()), None, None)


def together(address: str, server: psutil.Process, moves: int) -> list[Figure]:
    """Measure many sessions that move levers at the same time, each where it likes and when it likes."""
    waits: list[float] = []
    errors: list[str] = []
    peak = [0]

    async def user(number: int) -> None:
        rng = random.Random(number)
        try:
            async with opened(address) as socket:
                session = Session(socket)
                await session.open()
                session.value = rng.uniform(0.6, 1.2)
                for _ in range(moves):
                    await asyncio.sleep(rng.uniform(2.0, 6.0))  # people think
                    waits.append(1e3 * await session.move())
                errors.extend(session.errors)
        except Exception as error:  # counted: one session that fails must not end the others
            errors.append(f"session {number}: {type(error).__name__}: {error}")

    async def watch() -> None:
        while True:
            every = [server, *server.children(recursive=True)]
            peak[0] = max(peak[0], sum(each.memory_info().rss for each in every))
            await asyncio.sleep(0.5)

    async def use() -> None:
        watcher = asyncio.create_task(watch())
        await asyncio.gather(*(user(number) for number in range(SESSIONS)))
        watcher.cancel()

    asyncio.run(use())
    for error in errors:
        print(error, file=sys.stderr)
    return [
        Figure(f"{SESSIONS} sessions at once: errors", len(errors), "", 0, small=True),
        *_spread(f"{SESSIONS} sessions at once: lever to verdict at the server", waits, None, None),
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
    with TemporaryDirectory() as folder:
        with served(folder) as (address, _, begin):
            found = alone(address, begin, 5 if quick else 40)
        with served(folder) as (address, server, _):
            found += served_alone(address, 5 if quick else 40)
            return found if quick else found + together(address, server, 8)
