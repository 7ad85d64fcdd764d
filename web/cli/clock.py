"""``smallworks clock``: the business clock of a training or demonstration installation."""

import re
from datetime import datetime, timedelta

import click

from models.calendar import load_calendar
from models.clock import CHINA, business_now
from models.errors import InvalidError
from models.session import reading
from models.settings import Settings
from processes import training_clock
from processes.sweeper import sweep_until_quiet
from processes.training_clock import spoken
from web.cli.common import opened

STEP = re.compile(r"(\d{1,4})(wd|d|h|m)")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class ClockStepError(InvalidError):
    """A step the clock does not understand."""

    message = "看不懂“{step}”。写法：3d（天）、2wd（工作日）、4h（小时）、30m（分钟）。"


class ClockMomentError(InvalidError):
    """A moment the clock does not understand."""

    message = '看不懂“{moment}”。写法："2026-11-20 15:00"。'


@click.group(help="演练时钟：公告、截止、选取都按它的时间走（只用于演练和示范）。")
def clock() -> None:
    """Group the commands of the clock."""


@clock.command(help="显示现在的业务时间。")
def show() -> None:
    """Show the business time."""
    settings = opened()
    stored = training_clock.stored()
    state = "停在这一刻" if stored and "fixed" in stored else "随系统时间走"
    kind = state if training_clock.may_move(settings) else "真实业务，不能拨动"
    click.echo(f"{spoken(business_now())}（{kind}）")


@clock.command(help="向前拨：3d（天）、2wd（工作日）、4h（小时）、30m（分钟）。")
@click.argument("step")
def advance(step: str) -> None:
    """Move the clock on by a step."""
    settings = opened()
    move(settings, after(business_now(), step), running=None)


@clock.command("set", help='拨到某一时刻，例如 "2026-11-20 15:00"；只能向前。')
@click.argument("moment")
@click.option("--running/--standing", default=None, help="拨好后让时钟走／停住（默认不变）")
def set_(moment: str, *, running: bool | None) -> None:
    """Set the clock to a moment."""
    settings = opened()
    move(settings, moment_from(moment), running=running)


def after(start: datetime, step: str) -> datetime:
    """Return the moment a step after ``start``; working days come from the calendar."""
    match = STEP.fullmatch(step)
    if match is None:
        raise ClockStepError(step=step)
    count, unit = int(match[1]), match[2]
    if unit != "wd":
        return start + timedelta(**{UNITS[unit]: count})
    with reading() as session:
        return load_calendar(session).add_to_moment(start, count)


def moment_from(text: str) -> datetime:
    """Return the moment that was typed, read as China time."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA)
    except ValueError:
        raise ClockMomentError(moment=text) from None


def move(settings: Settings, to: datetime, *, running: bool | None) -> None:
    """Move the clock, do what has come due, and say what that was."""
    training_clock.move(settings, to, running=running)
    done = sweep_until_quiet(settings)
    click.echo(f"业务时间现为 {spoken(business_now())}。")
    click.echo(
        f"到期流程办理 {done['woken']} 次，发送消息 {done['sent']} 条，后台任务 {done['jobs']} 项。"
    )
