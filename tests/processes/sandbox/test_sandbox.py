"""What texts may do, what they may not, and that the next one is answered every time."""

import math
import os
import resource
import signal
import threading
import time
from pathlib import Path

import orjson
import pytest

from models.clock import business_clock, business_now, iso
from models.errors import InvalidError
from processes.sandbox.errors import (
    SandboxError,
    SandboxLimitError,
    SandboxSyntaxError,
    UnknownNameError,
)
from processes.sandbox.helper import Helper, Limits
from processes.sandbox.sandbox import Sandbox, shared_helper
from tests.processes.runs import NOON

DATA = {
    "n": 3,
    "method": "random",
    "xs": [3, 1, 2],
    "draw": {"winner": None, "tickets": 4},
    "bidders": [{"name": "甲", "price": 9}, {"name": "乙", "price": 7}],
    "day": "2026-11-20",
}
LIMITS = Limits()


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox({"now": lambda: iso(business_now())})


GOOD = {
    "n": 3,
    "'draw'": "draw",
    "3": 3,
    "None": None,
    "n > 2 and method == 'random'": True,
    "1 < n < 5": True,
    "draw['winner'] is None": True,
    "draw['winner'] != None": False,
    "draw.get('x', 7)": 7,
    "[b['name'] for b in bidders if b['price'] < 8]": ["乙"],
    "sorted(xs, key=lambda x: -x)": [3, 2, 1],
    "any(x > 2 for x in xs)": True,
    "'a' if n else 'b'": "a",
    "sum(xs)": 6,
    "round(2.5)": 2,
    "len(bidders) >= 2": True,
    "'%d家' % n": "3家",
    "f'{n}家'": "3家",
    "n in xs": True,
    "method in ['random', 'auction']": True,
    "not xs": False,
    "add_days(day, 14)": "2026-12-04",
    "days_between(day, '2026-12-01')": 11,
    "duration(days=3)": "P3DT0H0M",
    "{'a': n}": {"a": 3},
    "n == 3 or missing_is_checked": None,
}


@pytest.mark.parametrize("text", [each for each in GOOD if "missing" not in each])
def test_a_legitimate_expression_is_answered(sandbox, text):
    value = sandbox.evaluate(text, DATA)
    assert value == GOOD[text]
    assert type(value) is type(GOOD[text])


def test_a_name_without_a_value_is_an_error_even_behind_an_or(sandbox):
    with pytest.raises(UnknownNameError) as caught:
        sandbox.evaluate("n == 3 or missing_is_checked", DATA)
    assert "missing_is_checked" in caught.value.text


def test_a_script_sets_changes_and_keeps(sandbox):
    text = "total = sum(xs)\nxs.append(total)\nif n > 5:\n    big = True\nelse:\n    small = True\n"
    assert sandbox.execute(text, DATA) == {
        "total": 6,
        "xs": [3, 1, 2, 6],
        "small": True,
        "n": 3,
    }
    assert DATA["xs"] == [3, 1, 2]


def test_a_script_may_define_and_loop(sandbox):
    text = "def f(x):\n    return x * 2\nout = []\nfor x in xs:\n    out.append(f(x))\n"
    assert sandbox.execute(text, {"xs": [1, 2]})["out"] == [2, 4]


def test_a_failing_script_changes_nothing(sandbox):
    data = {"xs": [1]}
    with pytest.raises(SandboxError):
        sandbox.execute("xs.append(2)\ny = 1 // 0", data)
    assert data == {"xs": [1]}


ESCAPES = [
    "().__class__.__base__.__subclasses__()",
    "len.__self__",
    "(lambda: 0).__globals__",
    "__import__('os').system('id')",
    "open('/etc/passwd').read()",
    "eval('1')",
    "exec('1')",
    "globals()",
    "getattr(n, '__class__')",
    "'{0.__class__}'.format(n)",
    "'%s' % n.__class__",
    "load('//x', 'y')",
    "json.__class__",
    "print(n)",
    "[].append.__self__",
    "breakpoint()",
    "type(n).__mro__",
    "fail.__call__",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_an_escape_is_refused(sandbox, text):
    with pytest.raises(SandboxError):
        sandbox.evaluate(text, DATA)
    assert sandbox.evaluate("n + 1", DATA) == 4


BOMBS = {
    "range": "len([x for x in range(10000000000)])",
    "nested": "len([1 for a in range(99999) for b in range(99999)])",
    "string": "'a' * 100000000000",
    "list": "[0] * 10000000000",
    "doubling": "len(sorted(range(300000000)))",
    "lambda": "(lambda f: f(f))(lambda f: f(f))",
    "join": "','.join([str(x) for x in range(100000000)])",
    "reply": "'a' * 200000000",
}
SCRIPT_BOMBS = {
    "bignum": "x = 3\nfor i in range(60):\n    x = x * x\n",
    "growing": "x = [1]\nfor i in range(100):\n    x = x + x\n",
    "text": "x = 'a'\nfor i in range(100):\n    x = x + x\n",
    "recursion": "def f(n):\n    return f(n + 1)\nx = f(0)\n",
    "dict": "d = {}\nfor i in range(1000000000):\n    d[i] = str(i) * 100\n",
    "shift": "x = 1 << 1000000000000\n",
}


def children_seconds(sandbox: Sandbox) -> float:
    """Processor time of every helper so far, the living one included."""
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = sandbox.helper._process
    alive = 0.0
    if process is not None:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        alive = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return gone.ru_utime + gone.ru_stime + alive


@pytest.mark.parametrize("kind", [*BOMBS, *SCRIPT_BOMBS])
def test_a_bomb_is_contained_within_its_limits_and_the_next_text_is_answered(sandbox, kind):
    before = children_seconds(sandbox)
    began = time.monotonic()
    verb = sandbox.evaluate if kind in BOMBS else sandbox.execute
    with pytest.raises(SandboxError):
        verb((BOMBS | SCRIPT_BOMBS)[kind], DATA)
    assert time.monotonic() - began < LIMITS.wall + 1
    assert children_seconds(sandbox) - before < LIMITS.hard_seconds + 0.3
    assert sandbox.evaluate("n + 1", DATA) == 4


@pytest.mark.parametrize(
    "text",
    ["1 +", "n ==", "while True: pass", "a b", "'x", "\0", "(" * 3000, "x = 1", "n" * 9000, ""],
)
def test_a_text_that_is_none_is_a_syntax_error(sandbox, text):
    with pytest.raises(SandboxSyntaxError):
        sandbox.evaluate(text, DATA)


@pytest.mark.parametrize(
    "text",
    [
        "while True:\n    pass",
        "import os",
        "class A:\n    pass",
        "try:\n    x = 1\nfinally:\n    y = 1",
    ],
)
def test_what_the_language_lacks_is_refused(sandbox, text):
    with pytest.raises(SandboxError):
        sandbox.execute(text, DATA)
    assert sandbox.compile_check("script", text)


def test_compile_check_tells_line_and_reason_without_running(sandbox):
    (problem,) = sandbox.compile_check("script", "x = 1\ny = = 2")
    assert problem.line == 2
    assert sandbox.compile_check("expression", "n ==")
    assert sandbox.compile_check("expression", "unknown.attribute > 3") == []
    assert sandbox.compile_check("script", "total = sum(xs)\nxs.append(1)") == []
    assert sandbox.compile_check("expression", "1 // 0") == []
    assert sandbox.compile_check("script", "import os")


def test_the_platforms_functions_see_the_callers_clock(sandbox):
    with business_clock(lambda: NOON):
        assert sandbox.evaluate("now()[:10] > '2026-11-01'", {}) is True
        assert sandbox.evaluate("now()", {}) == iso(NOON)


def test_a_functions_own_error_comes_through_and_the_next_call_is_served():
    class YearMissingError(InvalidError):
        message = "没有日历"

    def after(moment: str, days: int) -> str:
        if moment.startswith("2031"):
            raise YearMissingError
        return f"{moment}+{days}"

    sandbox = Sandbox({"working_days_after": after})
    assert sandbox.evaluate("working_days_after(day, 3)", DATA) == "2026-11-20+3"
    with pytest.raises(YearMissingError):
        sandbox.evaluate("[working_days_after('2031-01-01', 3), 1]", DATA)
    assert sandbox.evaluate("working_days_after(day, days=1)", DATA) == "2026-11-20+1"


def test_a_text_cannot_call_a_function_it_was_not_given(sandbox):
    with pytest.raises(SandboxError):
        sandbox.evaluate("working_days_after('2026-01-01', 3)", DATA)


def test_calling_back_for_ever_ends():
    sandbox = Sandbox({"now": lambda: "x"})
    with pytest.raises(SandboxError):
        sandbox.evaluate("[now() for x in range(100000000)]", {})
    assert sandbox.evaluate("now() + 'y'", {}) == "xy"


def test_results_share_nothing_with_the_data(sandbox):
    copy = sandbox.evaluate("xs", DATA)
    copy.append(9)
    assert DATA["xs"] == [3, 1, 2]


def test_data_that_is_not_json_is_refused(sandbox):
    with pytest.raises(SandboxError):
        sandbox.evaluate("x == 1", {"x": {1, 2}})


def test_threads_share_one_helper_and_get_their_own_answers():
    sandbox, wrong = Sandbox(), []

    def work(number: int) -> None:
        answers = [sandbox.evaluate("n * 1000 + k", {"n": number, "k": k}) for k in range(40)]
        wrong.extend(a for k, a in enumerate(answers) if a != number * 1000 + k)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_killed_helper_is_replaced():
    helper = Helper()
    sandbox = Sandbox(helper=helper)
    assert sandbox.evaluate("n + 1", DATA) == 4
    helper._process.kill()
    helper._process.wait()
    assert sandbox.evaluate("n + 1", DATA) == 4
    assert helper.starts == 2
    helper.stop()


def test_a_forked_process_starts_a_helper_of_its_own():
    sandbox = Sandbox()
    assert sandbox.evaluate("n + 1", DATA) == 4
    parent = shared_helper()._process.pid
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        answer = [sandbox.evaluate("n + 2", DATA), shared_helper()._process.pid]
        os.write(sink, orjson.dumps(answer))
        shared_helper().stop()
        os._exit(0)
    os.waitpid(child, 0)
    value, pid = orjson.loads(os.read(source, 100))
    assert value == 5
    assert pid != parent
    assert sandbox.evaluate("n + 3", DATA) == 6
    assert shared_helper()._process.pid == parent


def test_a_fork_in_the_middle_of_a_call_does_not_lock_the_child_out():
    helper = Helper()
    sandbox = Sandbox(helper=helper)
    sandbox.evaluate("n + 1", DATA)
    with helper._lock:
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            value = sandbox.evaluate("n + 2", DATA)
            helper.stop()
            os._exit(value)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 5
    helper.stop()


def test_a_helper_has_no_files_environment_or_network_to_reach():
    helper = Helper()
    Sandbox(helper=helper).evaluate("n + 1", DATA)
    proc = Path(f"/proc/{helper._process.pid}")
    lines = (proc / "limits").read_text().splitlines()
    limits = {line[:26].strip(): line[26:].split()[0] for line in lines}
    names = [str(each.readlink()) for each in (proc / "fd").iterdir()]
    assert int(limits["Max address space"]) <= 512 << 20
    assert (limits["Max file size"], limits["Max processes"]) == ("0", "0")
    assert limits["Max core file size"] == "0"
    assert (proc / "environ").read_text() == ""
    assert {name.split(":")[0] for name in names} <= {"pipe", "/dev/null"}
    pages = int((proc / "statm").read_text().split()[1])
    assert pages * os.sysconf("SC_PAGESIZE") < 64 << 20
    helper.stop()


def test_a_helper_ends_when_its_parent_has_gone():
    helper = Helper()
    Sandbox(helper=helper).evaluate("n + 1", DATA)
    process = helper._process
    process.stdin.close()
    assert process.wait(timeout=5) == 0


def test_a_plain_literal_or_name_costs_no_round_trip():
    helper = Helper()
    sandbox = Sandbox(helper=helper)
    for text in ("'draw'", "3", "True", "None", "n", "xs", "-3", "['a', 1]", "n > 2"):
        sandbox.evaluate(text, DATA)
    assert helper.starts == 0


def test_limits_are_told_in_chinese(sandbox):
    with pytest.raises(SandboxLimitError, match="限制"):
        sandbox.evaluate(BOMBS["nested"], DATA)
    assert math.isfinite(Limits().wall)
