"""The rules of the house, looked after by a program instead of by memory."""

import ast
import dataclasses
import re

import pytest

from models.settings import PREFIX, ROOT, Settings
from processes import jobs
from processes.worker import make_app
from tests.architecture.source import calls, imports, modules, name_of, tree_of

MOST_LINES = 400
USUAL_LINES = 200
# The verifier is handed out as one file that needs nothing but Python.
ONE_FILE = {"models/selection/verifier.py": 1100}

COMMITS = re.compile(
    r"(?:session|connection|engine|Write|Read)(?:\(.*\))?\.(?:commit|begin)$", re.IGNORECASE
)
# Schema changes are Alembic's transaction; the worker also empties the broker's own file, which
# holds nothing of the business.
COMMITTERS = {"models/session.py", "models/schema.py", "processes/worker.py"}
CLOCK = "models/clock.py"
ASKS_TIME = re.compile(r"(?:^|\.)(?:datetime|date)\.(?:now|utcnow|today)$|^time\.(?:time|time_ns)$")


def test_only_the_session_module_commits():
    found = [
        f"{name_of(file)}:{line}"
        for file in modules()
        for call, line in calls(file)
        if COMMITS.search(call) and name_of(file) not in COMMITTERS
    ]
    assert found == []


def test_only_the_clock_module_asks_for_the_time():
    found = [
        f"{name_of(file)}:{line} {call}"
        for file in modules()
        for call, line in calls(file)
        if ASKS_TIME.search(call) and name_of(file) != CLOCK
    ]
    assert found == []


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("celery", {"processes/jobs.py", "processes/worker.py"}),
        ("kombu", {"processes/jobs.py", "processes/worker.py"}),
        ("SpiffWorkflow", "processes/"),
        ("lxml", "processes/"),
        ("flask", ("web/", "admin/")),
        ("alembic", ("models/schema.py",)),
    ],
)
def test_a_library_is_known_only_where_it_belongs(library, allowed):
    users = [name_of(file) for file in modules() if library in imports(file)]
    if isinstance(allowed, set):
        assert set(users) <= allowed
    else:
        assert [user for user in users if not user.startswith(allowed)] == []


def test_no_file_is_too_long_to_find_ones_way():
    lengths = {name_of(file): len(file.read_text("utf-8").splitlines()) for file in modules()}
    assert {n: k for n, k in lengths.items() if k > ONE_FILE.get(n, MOST_LINES)} == {}
    short = [length for length in lengths.values() if length <= USUAL_LINES]
    assert len(short) / len(lengths) >= 0.85


def test_every_module_says_what_it_is_for():
    files = [file for file in modules() if file.read_text("utf-8").strip()]
    assert [name_of(file) for file in files if not ast.get_docstring(tree_of(file))] == []


def test_every_setting_is_described():
    described = (ROOT / "docs" / "settings.md").read_text("utf-8")
    names = [PREFIX + field.name.upper() for field in dataclasses.fields(Settings)]
    assert [name for name in names if f"`{name}`" not in described] == []


def test_every_job_goes_to_the_one_queue_that_workers_drain():
    app = make_app(Settings())
    ours = [name for name in app.tasks if name.startswith("smallworks.")]
    queues = {app.amqp.router.route({}, name)["queue"].name for name in ours}
    assert ours
    assert queues == set(app.amqp.queues.consume_from) == {jobs.QUEUE}


def test_no_test_is_switched_off():
    marks = re.compile(r"mark\.(?:skip|skipif|xfail)\b")
    tests = [file for file in (ROOT / "tests").rglob("*.py") if file.name != "test_house_rules.py"]
    assert [name_of(file) for file in tests if marks.search(file.read_text("utf-8"))] == []
