"""The public log: its newest checkpoint, witnesses, digests, entries, receipts, downloads."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from models.clock import system_now
from models.ledger import witnesses
from models.ledger.alarm import KIND_TITLES
from models.session import reading
from processes.open_data import log, log_pages
from web.access import guard

blueprint = Blueprint("public_log", __name__, url_prefix="/log")
guard(blueprint, public=True)

LONGEST = 100
MIB = 1024 * 1024
MOST_DIGITS = 15
HOUR, DAY = 60, 1440
"""In minutes."""


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Show the newest checkpoint and who witnessed it; look for entries."""
    asked = request.args.get("q", "").strip()[:LONGEST]
    number = _number(asked)
    with reading() as session:
        head = log.newest_head(session)
        size = head.size if head else 0
        if number is not None and number < size:
            return redirect(f"/log/entries/{number}", 303)
        return render_template(
            "log/index.html",
            head=head,
            text=log.checkpoint_text(session) if head else "",
            key=log.public_key(session, current_app.extensions["settings"]),
            standings=witnesses.standings(session),
            alarms=KIND_TITLES,
            cosigned=witnesses.newest_cosigned(session),
            history=log_pages.history(session),
            digests=log_pages.digests(session),
            asked=asked,
            found=log_pages.search(session, asked) if asked else [],
            most=log_pages.MOST_FOUND,
            mebibytes=max(log_pages.bytes_about(session) / MIB, 0.1),
            part=log_pages.PART,
            parts=-(-size // log_pages.PART),
            ago=_ago,
        )


def _ago(when: datetime) -> str:
    """Return how long ago something was, in the largest unit that is full."""
    minutes = int((system_now() - when).total_seconds()) // 60
    if minutes < 1:
        return str(gettext("刚刚"))
    if minutes < HOUR:
        return str(gettext("%(minutes)s分钟前", minutes=minutes))
    if minutes < DAY:
        return str(gettext("%(hours)s小时前", hours=minutes // HOUR))
    return str(gettext("%(days)s天前", days=minutes // DAY))


def _number(asked: str) -> int | None:
    plain = asked.removeprefix("#")
    is_number = plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS
    return int(plain) if is_number else None


@blueprint.get("/entries/<int:seq>")
def show(seq: int) -> str:
    """Show one entry, checked in the visitor's browser."""
    with reading() as session:
        return render_template(
            "log/entry.html",
            line=log_pages.entry(session, seq),
            size=log.published(session),
            key=log.public_key(session, current_app.extensions["settings"]),
        )


@blueprint.get("/entries/<int:seq>/receipt.json")
def receipt(seq: int) -> Response:
    """Hand out an entry's receipt."""
    with reading() as session:
        answer = jsonify(log_pages.receipt_of(session, seq))
    if request.args.get("download"):
        _attached(answer, f"log-receipt-{seq}.json")
    return answer


@blueprint.get("/checkpoint.txt")
def checkpoint() -> Response:
    """Hand out a checkpoint with its signatures: the newest, or that of a size."""
    size = request.args.get("size", type=int)
    with reading() as session:
        text = log.checkpoint_text(session) if size is None else log_pages.stated(session, size)
    answer = Response(text, mimetype="text/plain")
    return _attached(answer, f"checkpoint-{size}.txt" if size else "checkpoint.txt")


@blueprint.get("/download.json")
def download() -> Response:
    """Hand out the whole log for ``smallworks verify log``, or one part of it, as it is read."""
    asked: dict[str, Any] = {name: request.args.get(name, type=int) for name in ("size", "part")}
    answer = Response(log_pages.download(**asked), mimetype="application/json")
    part = "" if asked["part"] is None else f"-part-{asked['part'] + 1}"
    return _attached(answer, f"log{part}.json")


def _attached(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
