"""From the small forms of a rehearsal's page to acts."""

from collections.abc import Callable, Mapping
from typing import Any

from models.errors import InvalidError
from models.money import MoneyTextError, parse_yuan
from processes.rehearsal.coming import step_of
from processes.rehearsal.seen import Seen
from web.whole_numbers import whole_number

MOST_WAITED = 10_000
Given = Mapping[str, Any]


class TooLittleToldError(InvalidError):
    """Something an act needs is missing."""

    message = "请先填写{what}。"


def act_told(given: Given, seen: Seen) -> dict[str, Any]:
    """Return the act that a form means."""
    verbs: dict[str, Callable[[Given, Seen], dict[str, Any]]] = {
        "next": _next,
        "wait": _wait,
        "event": _event,
        "start": _start,
    }
    verb = verbs.get(str(given.get("verb", "")))
    if verb is None:
        raise TooLittleToldError(what="要办的事")
    return verb(given, seen)


def _next(_: Given, seen: Seen) -> dict[str, Any]:
    """Return what comes next: the step opened first, or the next moment."""
    return step_of(seen) if seen.open else {"wait": "next"}


def _wait(given: Given, _: Seen) -> dict[str, Any]:
    until, days = str(given.get("until", "")), str(given.get("working_days", ""))
    if until:
        return {"wait": until}
    for unit, typed in (("working_days", days), ("hours", str(given.get("hours", "")))):
        count = whole_number(typed, None)
        if count is not None and count <= MOST_WAITED:
            return {"wait": {unit: count}}
        if typed:
            raise TooLittleToldError(what=f"等多久（不超过{MOST_WAITED}的整数）")
    return {"wait": "next"}


def _start(given: Given, seen: Seen) -> dict[str, Any]:
    flow = str(given.get("flow", "")).strip()
    if not flow:
        raise TooLittleToldError(what="要发起的流程")
    who = str(given.get("by", ""))
    about = {"about": seen.cases[0]["flow"]} if given.get("about") and seen.cases else {}
    return {"start": flow, **({"by": who} if who else {}), **about}


def _event(given: Given, _: Seen) -> dict[str, Any]:
    name = str(given.get("event", ""))
    people = _people(given)
    act: dict[str, Any] = {"event": name}
    if name in ("join", "leave", "bid") and not people:
        raise TooLittleToldError(what="是谁")
    if name == "bid":
        fen = _fen(str(given.get("yuan", "")))
        return {**act, "offers": dict.fromkeys(people, fen)}
    if people:
        act["by"] = people if name in ("join", "leave") else people[0]
    if name == "outage":
        for field in ("began", "recovered"):
            if not given.get(field):
                raise TooLittleToldError(what="停机的起止时间")
            act[field] = str(given[field])
    if name == "seal_floor" and given.get("yuan"):
        act["fen"] = _fen(str(given["yuan"]))
    if name == "guardians":
        act["answering"] = str(given.get("answering") or "all")
    return act | _texts(given, name)


def _texts(given: Given, name: str) -> dict[str, Any]:
    wanted = {
        "withdraw": ("reason",),
        "replace_unit": ("kind", "unit", "reason"),
        "rule": ("key", "value"),
        "register": ("kind",),
        "take_back": ("flow",),
        "withdraw_enrolment": (),
    }.get(name, ())
    return {field: _value(str(given[field])) for field in wanted if given.get(field)}


def _value(text: str) -> Any:  # noqa: ANN401 - a number, a truth value or a text
    if text in ("true", "false"):
        return text == "true"
    return whole_number(text, text)


def _people(given: Given) -> list[str]:
    listed = getattr(given, "getlist", None)
    found = listed("who") if listed else given.get("who", ())
    return [str(one) for one in found if one]


def _fen(text: str) -> int:
    try:
        return parse_yuan(text)
    except MoneyTextError:
        raise TooLittleToldError(what="金额（元）") from None
