"""``smallworks serve``: web and worker together, from the first request to a clean stop."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from models.settings import ROOT
from tests.worker_process import until

STARTED = re.compile(rb"http://127\.0\.0\.1:(\d+)")
REQUEST_SECONDS = 5


@pytest.fixture
def served(installation):
    """A running ``smallworks serve`` and its address."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SMALLWORKS_")}
    environ |= {"SMALLWORKS_DATA_DIR": str(installation), "SMALLWORKS_PORT": "0"}
    log = installation / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-W", "ignore", "-m", "web.cli", "serve"],
            cwd=ROOT,
            env=environ,
            stdout=out,
            stderr=out,
        )
    try:
        assert until(lambda: STARTED.search(log.read_bytes()) or process.poll() is not None)
        found = STARTED.search(log.read_bytes())
        assert found, log.read_text()
        yield process, f"http://127.0.0.1:{found[1].decode()}"
    finally:
        process.kill()
        process.wait()


def answer(address):
    try:
        with urllib.request.urlopen(address, timeout=REQUEST_SECONDS) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def is_ready(address):
    return answer(f"{address}/readyz")[0] == 200


def worker_of(folder):
    """Return the process id of the worker that reported last."""
    with closing(sqlite3.connect(folder / "smallworks.sqlite3")) as database:
        row = database.execute("SELECT holder FROM lease WHERE name = 'worker'").fetchone()
    return int(row[0].rsplit(":", 1)[1])


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_serves_restarts_a_killed_worker_and_stops_cleanly(served, installation):
    process, address = served
    assert answer(f"{address}/healthz") == (200, {"status": "ok"})
    assert until(lambda: is_ready(address))
    first = worker_of(installation)

    os.kill(first, signal.SIGKILL)
    assert until(lambda: worker_of(installation) != first)
    second = worker_of(installation)

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=40) == 0
    assert until(lambda: is_gone(second))


def test_its_worker_dies_with_it_however_it_dies(served, installation):
    process, address = served
    assert until(lambda: is_ready(address))
    worker = worker_of(installation)
    process.kill()
    process.wait()
    assert until(lambda: is_gone(worker))
