"""Small flows in an older and a newer version."""

from tests.processes.diagrams import (
    END,
    START,
    chain,
    flow,
    lanes,
    message,
    node,
    process,
    script,
    timer,
)
from tests.processes.engine.samples import MESSAGE, task

LATE = '"2026-11-25T09:00:00+08:00"'


def late(host: str, id: str = "late", **kw: str) -> str:  # noqa: A002
    return node("boundaryEvent", id, timer("timeDate", LATE), attachedToRef=host, **kw)


FORM = b"""{"type": "default", "components": [
{"type": "number", "key": "amount", "label": "amount", "id": "a"},
{"type": "number", "key": "approved", "label": "approved", "id": "b"}]}"""
"""What the steps ask where a condition or a script needs it."""


def asking(name: str) -> str:
    return task(name, formJsonSchemaFilename="facts")


def steps(*names: str, extra: tuple[str, ...] = (), lane: str = "", **titles: str) -> bytes:
    """User tasks in a row, each of the centre."""
    return process(
        lanes(交易中心="begin " + " ".join(names) + f" finish {lane}"),
        START,
        *(
            task(each) if each not in titles else node("userTask", each, name=titles[each])
            for each in names
        ),
        END,
        chain("begin", *names, "finish"),
        *extra,
        id="walk",
    )


def with_deadline(*names: str, host: str) -> bytes:
    """The same, one of them with a deadline that leads to a reminder."""
    extra = (late(host), task("remind"), chain("late", "remind", "finish"))
    return steps(*names, extra=extra, lane="late remind")


def forked(
    *branches: str, before: tuple[str, ...] = (), after: tuple[str, ...] = ("sum_up",)
) -> bytes:
    """Parallel branches that join."""
    names = [*before, *branches, *after]
    return process(
        lanes(交易中心="begin fork join " + " ".join(names) + " finish"),
        START,
        *(task(each) for each in names),
        node("parallelGateway", "fork"),
        node("parallelGateway", "join"),
        END,
        chain("begin", *before, "fork"),
        *(chain("fork", each, "join") for each in branches),
        chain("join", *after, "finish"),
        id="walk",
    )


def decided(limit: int) -> bytes:
    """A step, a branch by amount, one of two steps."""
    return process(
        lanes(交易中心="begin write which small large finish"),
        START,
        asking("write"),
        node("exclusiveGateway", "which", default="which_small"),
        task("small"),
        task("large"),
        END,
        chain("begin", "write", "which"),
        flow("which", "large", f"amount > {limit}"),
        flow("which", "small"),
        chain("small", "finish"),
        chain("large", "finish"),
        id="walk",
    )


def calling(*after: str, key: str = "part") -> bytes:
    """Calls a part, then goes on."""
    return process(
        lanes(交易中心="begin call " + " ".join(after) + " finish"),
        START,
        node("callActivity", "call", calledElement=key),
        *(task(each) for each in after),
        END,
        chain("begin", "call", *after, "finish"),
        id="walk",
    )


def part(*names: str) -> bytes:
    return process(
        lanes(交易中心="begin " + " ".join(names) + " finish"),
        START,
        *(task(each) for each in names),
        END,
        chain("begin", *names, "finish"),
        id="part",
    )


def looped(*names: str) -> bytes:
    """Comes back to its first step until it is approved."""
    return process(
        lanes(交易中心="begin again " + " ".join(names) + " finish"),
        START,
        *(asking(each) for each in names),
        node("exclusiveGateway", "again", default="again_finish"),
        END,
        chain("begin", *names, "again"),
        flow("again", names[0], "approved == 0"),
        flow("again", "finish"),
        id="walk",
    )


def hearing(*after: str, name: str = "answer") -> bytes:
    catch = node("intermediateCatchEvent", "hear", message("m1"))
    return process(
        lanes(交易中心="begin hear " + " ".join(after) + " finish"),
        START,
        catch,
        *(task(each) for each in after),
        END,
        chain("begin", "hear", *after, "finish"),
        id="walk",
        extra=MESSAGE.replace("answer", name),
    )


def waiting_long(*after: str) -> bytes:
    wait = node("intermediateCatchEvent", "rest", timer("timeDuration", '"P5D"'))
    return process(
        lanes(交易中心="begin rest " + " ".join(after) + " finish"),
        START,
        wait,
        *(task(each) for each in after),
        END,
        chain("begin", "rest", *after, "finish"),
        id="walk",
    )


def scripted(text: str) -> bytes:
    return process(
        lanes(交易中心="begin write compute check finish"),
        START,
        asking("write"),
        script("compute", text),
        task("check"),
        END,
        chain("begin", "write", "compute", "check", "finish"),
        id="walk",
    )


def computing(text: str) -> bytes:
    """Waits, computes something by itself, then asks somebody."""
    wait = node("intermediateCatchEvent", "rest", timer("timeDuration", '"P5D"'))
    return process(
        lanes(交易中心="begin rest compute check finish"),
        START,
        wait,
        script("compute", text),
        task("check"),
        END,
        chain("begin", "rest", "compute", "check", "finish"),
        id="walk",
    )
