"""How pages write money, moments and deadlines (the words of ``design``)."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask
from flask_babel import format_date, gettext

from models.calendar import Calendar, CalendarYearMissingError, load_calendar
from models.clock import business_now, to_china
from models.money import format_fen, in_capitals
from models.project import METHOD_TITLES
from models.session import reading
from web.assets import asset
from web.i18n import speaks_english, translated

WEEKDAYS = "一二三四五六日"
SOON = 1
NOTHING = "—"
FEN_IN_WAN = 1_000_000


@dataclass(frozen=True)
class Due:
    """How long is left: words, tone and icon, never colour alone."""

    text: str
    tone: str
    icon: str


def install_filters(app: Flask) -> None:
    """Give the templates their filters and ``asset()``."""
    app.jinja_env.filters.update(
        money=money,
        capitals=capitals,
        moment=moment,
        short_moment=short_moment,
        day=day,
        long_day=long_day,
        weekday=weekday,
        due=due,
        due_text=due_text,
        wan=wan,
        hash_groups=hash_groups,
        method_title=lambda method: translated(METHOD_TITLES[method]),
    )
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["business_now"] = business_now


def money(fen: int | None) -> str:
    """Return ``¥ 123,456.00`` with a no-break space, or a dash for no amount."""
    return NOTHING if fen is None else format_fen(fen)


def wan(fen: int | None) -> str:
    """Return an amount in 万元 with two decimals, as figures and charts show it."""
    return NOTHING if fen is None else f"{fen / FEN_IN_WAN:,.2f}"


def hash_groups(digest: str, most: int = 8) -> str:
    """Return the first groups of eight digits of a hash."""
    return " ".join(digest[start : start + 8] for start in range(0, 8 * most, 8)).strip()


def capitals(fen: int | None) -> str:
    """Return the amount in Chinese capitals."""
    return "" if fen is None else in_capitals(fen)


def moment(when: datetime | None) -> str:
    """Return ``2026-11-20 15:00`` in China time."""
    return NOTHING if when is None else to_china(when).strftime("%Y-%m-%d %H:%M")


def short_moment(when: datetime | None) -> str:
    """Return ``11-20 15:00`` for this year, as lists show it."""
    if when is None:
        return NOTHING
    china = to_china(when)
    same_year = china.year == business_now().year
    return china.strftime("%m-%d %H:%M" if same_year else "%Y-%m-%d %H:%M")


def day(when: date | None) -> str:
    """Return ``2026-11-20``."""
    return NOTHING if when is None else _date(when).isoformat()


def long_day(when: date | None) -> str:
    """Return ``2026年11月20日`` as sentences write it."""
    if when is None:
        return NOTHING
    plain = _date(when)
    if speaks_english():
        return str(format_date(plain, "d MMMM y"))
    return f"{plain.year}年{plain.month}月{plain.day}日"


def weekday(when: date) -> str:
    """Return ``星期五``."""
    if speaks_english():
        return str(format_date(_date(when), "EEEE"))
    return f"星期{WEEKDAYS[_date(when).weekday()]}"


def due_text(when: datetime | None) -> str:
    """Return how long is left in working days, such as ``还剩2个工作日``."""
    return due(when).text


def due(when: datetime | None) -> Due:
    """Return the words, tone and icon of a deadline."""
    if when is None:
        return Due(gettext("没有期限"), "idle", "bi-dash")
    with reading() as session:
        calendar = load_calendar(session)
    try:
        return _due(to_china(when), business_now(), calendar)
    except CalendarYearMissingError:
        return Due(gettext("工作日历未载入"), "warn", "bi-calendar-x")


def _due(when: datetime, now: datetime, calendar: Calendar) -> Due:
    if when < now:
        late = calendar.between(when.date(), now.date())
        text = gettext("超期%(days)s个工作日", days=late) if late else gettext("已超期")
        return Due(text, "late", "bi-exclamation-triangle-fill")
    if when.date() == now.date():
        return Due(gettext("今天到期"), "warn", "bi-hourglass-split")
    left = calendar.between(now.date(), when.date())
    text = gettext("还剩%(days)s个工作日", days=left) if left else gettext("还剩不到1个工作日")
    if calendar.note_on(when):
        text = gettext("%(text)s（%(year)s年工作日暂定）", text=text, year=when.year)
    soon = left <= SOON
    return Due(text, "warn" if soon else "idle", "bi-hourglass-split" if soon else "bi-clock")


def _date(when: date) -> date:
    return to_china(when).date() if isinstance(when, datetime) else when
