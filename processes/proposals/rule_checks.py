"""What a changed ``rules.toml`` means beyond itself: the past it reaches into, counties below."""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import BASE
from models.identity.county import County
from processes.lint import Finding
from processes.packs.pack import RULES
from processes.packs.rules import Declared, read_rules
from processes.proposals import files

Rules = Mapping[str, Declared]


def rule_findings(
    session: Session, county: str, changed: Mapping[str, bytes | None]
) -> Iterator[Finding]:
    """Find values that would hold for cases under way, and county values the base refuses now."""
    if RULES not in changed:
        return
    base = _read(files.held(session, BASE, RULES), None)
    after = changed[RULES]
    if county == BASE:
        new, _ = read_rules(after or b"", None)
        yield from _past(base, new)
        yield from _below(session, new)
        return
    held = files.held(session, county, RULES)
    own = {} if held is None or held[1] == BASE else _read(held, base)
    yield from _past(own, read_rules(after, base)[0] if after else {})


def _past(before: Rules, after: Rules) -> Iterator[Finding]:
    """Warn of values from a day that has passed: cases that began since would go by them."""
    today = business_now().date()
    for key in sorted({*before, *after}):
        days = _days(before.get(key)) ^ _days(after.get(key))
        past = sorted(day for day, _ in days if day < today)
        if past:
            label = (after.get(key) or before[key]).label
            told = (
                f"“{label}”自 {past[0].isoformat()} 起的数值有变，这一天已过："
                "那天以后开始的在办案卷，以后的步骤会按新的数值办理；"
                "不想这样时，请改成今天以后的日期。"
            )
            yield Finding(f"{RULES}:{key}", "rule_in_the_past", "warning", told)


def _below(session: Session, base: Rules) -> Iterator[Finding]:
    for county in session.scalars(select(County).order_by(County.code)):
        held = files.held(session, county.code, RULES)
        if held is None or held[1] == BASE:
            continue
        for one in read_rules(held[0], base)[1]:
            told = f"在{county.name}不再成立：{one.message}"
            yield Finding(f"{RULES}:{one.element}", one.rule, one.level, told)


def _days(rule: Declared | None) -> set[tuple[date, str]]:
    return {(one.from_on, repr(one.value)) for one in rule.values} if rule else set()


def _read(held: tuple[bytes, str] | None, base: Rules | None) -> Rules:
    return read_rules(held[0], base)[0] if held else {}
