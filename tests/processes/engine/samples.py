"""Small flows for engine tests, with lanes and properties."""

from tests.processes.diagrams import (
    END,
    START,
    chain,
    escape,
    flow,
    lanes,
    message,
    node,
    process,
    service,
    timer,
)

MESSAGE = '<bpmn:message id="m1" name="answer"/>'


def task(id: str, **properties: str) -> str:  # noqa: A002
    given = "".join(
        f'<spiffworkflow:property name="{name}" value="{escape(value)}"/>'
        for name, value in properties.items()
    )
    inner = (
        f"<bpmn:extensionElements><spiffworkflow:properties>{given}</spiffworkflow:properties>"
        "</bpmn:extensionElements>"
    )
    return node("userTask", id, inner if properties else "")


def two_roles(**properties: str) -> bytes:
    """The owner writes, then the centre checks."""
    return process(
        lanes(项目业主="begin write", 交易中心="check finish"),
        START,
        task("write"),
        task("check", **properties),
        END,
        chain("begin", "write", "check", "finish"),
        id="two_roles",
    )


def with_form(**properties: str) -> bytes:
    return process(
        lanes(交易中心="begin review finish"),
        START,
        task("review", formJsonSchemaFilename="review", **properties),
        END,
        chain("begin", "review", "finish"),
        id="with_form",
    )


def waiting() -> bytes:
    """A step with a deadline after which it is taken away."""
    late = node(
        "boundaryEvent",
        "late",
        timer("timeDate", '"2026-11-19T09:00:00+08:00"'),
        attachedToRef="write",
    )
    return process(
        lanes(交易中心="begin write late remind finish"),
        START,
        task("write"),
        late,
        task("remind"),
        END,
        chain("begin", "write", "finish"),
        chain("late", "remind", "finish"),
        id="waiting",
    )


def messaged() -> bytes:
    """Waits for a message, then for a person."""
    catch = node("intermediateCatchEvent", "hear", message("m1"))
    return process(
        lanes(交易中心="begin write hear check finish"),
        START,
        task("write"),
        catch,
        task("check"),
        END,
        chain("begin", "write", "hear", "check", "finish"),
        id="messaged",
        extra=MESSAGE,
    )


def terminating() -> bytes:
    """Two parallel steps; one of them may end everything."""
    stop = node("endEvent", "stop", "<bpmn:terminateEventDefinition/>")
    return process(
        lanes(交易中心="begin fork left right stop finish"),
        START,
        node("parallelGateway", "fork"),
        task("left"),
        task("right"),
        stop,
        END,
        flow("begin", "fork"),
        flow("fork", "left"),
        flow("fork", "right"),
        flow("left", "stop"),
        flow("right", "finish"),
        id="terminating",
    )


def served(operator: str, result: str = "made", **parameters: str) -> bytes:
    """A person, a service, a person."""
    return process(
        lanes(交易中心="begin write serve check finish"),
        START,
        task("write"),
        service("serve", operator, result, **parameters),
        task("check"),
        END,
        chain("begin", "write", "serve", "check", "finish"),
        id="served",
    )
