"""Completions over HTTP: waitress in its own process, one client with a token, then four."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from time import perf_counter

from sqlalchemy import select

from benchmarks.report import Line, middle
from benchmarks.site import ANSWERS, Site
from benchmarks.steps import bare_commit, begin
from models.flow.work_item import WorkItem
from models.session import reading

BODY = json.dumps({"form": ANSWERS})
WAVES = 5
"""One wave completes one step of every case, so that all clients always find work."""


@contextmanager
def served(site: Site) -> Iterator[int]:
    """Start a server for a site and yield its port."""
    environ = {
        **os.environ,
        "SMALLWORKS_DATA_DIR": site.settings.data_dir,
        "SMALLWORKS_DATABASE_URL": site.settings.database_url,
    }
    command = [sys.executable, "-m", "benchmarks.server"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, env=environ, **pipes) as process:
        try:
            if process.stdout is None:
                raise RuntimeError
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def measure(sites: list[Site], *, cases: int) -> list[Line]:
    """Return completions per second for every site, one client and four."""
    lines: list[Line] = []
    for site in sites:
        site.use()
        with served(site) as port:
            wave(site, port, [begin(site) for _ in range(10)], 1)
            one = [wave(site, port, batch, 1) for batch in batches(site, cases)]
            four = [wave(site, port, batch, 4) for batch in batches(site, cases)]
        commit = bare_commit(site)
        lines += [
            Line(f"{site.name} 一个客户端", middle(one), "办结/秒", ">= 200"),
            Line(f"{site.name} 四个客户端", middle(four), "办结/秒"),
            Line(f"{site.name} 空提交（磁盘下限）", 1 / commit, "提交/秒"),
        ]
    return lines


def batches(site: Site, cases: int) -> Iterator[list[str]]:
    """Start cases, then yield them once for each of their steps."""
    started = [begin(site) for _ in range(cases)]
    for _ in range(WAVES):
        yield started


def wave(site: Site, port: int, cases: list[str], clients: int) -> float:
    """Complete the open item of every case and return completions per second."""
    with reading() as session:
        query = select(WorkItem.id).where(
            WorkItem.instance_id.in_(cases), WorkItem.state.in_(("ready", "claimed"))
        )
        items = list(session.scalars(query))
    shares = [items[number::clients] for number in range(clients)]
    threads = [threading.Thread(target=client, args=(port, site.token, share)) for share in shares]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(items) / (perf_counter() - began)


def client(port: int, token: str, items: list[str]) -> None:
    """Complete items one after another over one connection."""
    connection = HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for item in items:
        connection.request("POST", f"/api/v1/work-items/{item}/complete", BODY, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(text.decode())
    connection.close()
