"""How the commands show what a check found."""

import sys
from collections.abc import Iterable

import click

from processes.lint import Finding

LEVELS = {"error": "错误", "warning": "提醒"}


def show(name: str, findings: Iterable[Finding]) -> bool:
    """Print the findings of one thing; return whether it may go on (no error)."""
    found = sorted(findings, key=lambda each: (each.level != "error", each.element, each.rule))
    for each in found:
        place = f"〔{each.element}〕" if each.element else ""
        click.echo(f"{name}：{LEVELS[each.level]} {place}{each.message}（{each.rule}）")
    return not any(each.level == "error" for each in found)


def finish(*, sound: bool, good: str, bad: str) -> None:
    """Say the result in one line and end with 0 or 1."""
    click.echo(good if sound else bad, err=not sound)
    sys.exit(0 if sound else 1)
