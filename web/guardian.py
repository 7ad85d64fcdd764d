"""The page of whoever keeps a key: what waits for it, and the passphrase of a key that lies here.

The passphrase is used for this one request: it is never logged, stored or shown again.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now, system_now
from models.identity.actor import Actor
from models.project import Project
from models.selection import guardian_cases, guardian_passphrase, guardian_rehearsals, guardians
from models.selection.guardian_errors import NotBoundError
from models.selection.guardian_keys import GuardianKeyMissingError
from models.selection.guardian_passphrase import Answered
from models.selection.locked_key import PassphraseWrongError
from models.selection.tables import Draw, Guardian
from models.session import reading, unit_of_work
from models.settings import Settings
from web.access import guard, require_actor

MOST_PASSPHRASE = 200
KIB = 1024

blueprint = Blueprint("guardian", __name__, url_prefix="/guardian")
guard(blueprint, roles=("guardian",), body_limit=16 * KIB)


@dataclass(frozen=True)
class Waiting:
    """One draw or bidding that waits for this guardian's share."""

    title: str
    number: str
    opens_at: datetime | None
    sealed: int


@dataclass(frozen=True)
class Desk:
    """What the holder of a key sees."""

    rows: list[Guardian]
    is_locked: bool
    status: guardians.GuardianStatus | None
    waiting: list[Waiting]
    trials: int
    rehearses: bool

    @property
    def has_work(self) -> bool:
        """Whether the passphrase would bring anything about."""
        return bool(self.waiting or self.trials or self.rehearses)


@blueprint.get("")
def show() -> str:
    """Show what waits for the key that this account keeps."""
    with reading() as session:
        return _page(_desk(session, require_actor()))


@blueprint.post("")
def answer() -> ResponseReturnValue:
    """Open the key with the passphrase, answer everything that waits, and forget both."""
    actor, settings = require_actor(), _settings()
    with reading() as session:
        rows = guardian_passphrase.locked_rows(session, actor)
        if not rows:
            raise NotBoundError
    try:
        passphrase = request.form.get("passphrase", "")[:MOST_PASSPHRASE]
        keys = guardian_passphrase.unlock(settings, rows, passphrase)
    except (PassphraseWrongError, GuardianKeyMissingError) as error:
        with reading() as session:
            return _page(_desk(session, actor), error.text), 422
    with unit_of_work() as session:
        done = guardian_passphrase.answer_all(session, settings, actor, keys, business_now())
    flash(_words(done), "ok")
    return redirect(url_for("guardian.show"), 303)


def _words(done: Answered) -> str:
    said: list[str] = []
    if done.released:
        said.append(gettext("已交出%(count)s份", count=done.released))
    if done.tried:
        said.append(gettext("已试开%(count)s份", count=done.tried))
    if done.rehearsed:
        said.append(gettext("已完成演练"))
    text: str = gettext("，").join(said) or gettext("口令正确，现在没有要开启的内容")
    return text


def _desk(session: Session, actor: Actor) -> Desk:
    held = select(Guardian).where(Guardian.holder_id == actor.account_id)
    order = (Guardian.retired_at.is_not(None), Guardian.retired_at.desc())
    rows = list(session.scalars(held.order_by(*order)))
    if not rows:
        return Desk([], False, None, [], 0, False)  # noqa: FBT003 - nothing is kept
    name, settings = rows[0].name, _settings()
    states = guardians.ready(session, settings, system_now())
    drawn = guardian_cases.waiting_for(session, settings, name, business_now())
    return Desk(
        rows,
        any(row.is_local and row.is_locked for row in rows),
        next((one for one in states if one.kid == rows[0].kid), None),
        [_waiting(session, draw) for draw in drawn],
        len(guardian_cases.to_be_tried(session, settings, name)),
        guardian_rehearsals.waiting(session, name) is not None,
    )


def _waiting(session: Session, draw: Draw) -> Waiting:
    project = session.get_one(Project, draw.project_id)
    count = sum(1 for _ in guardian_cases.sealed_of(session, draw))
    return Waiting(project.title, project.number or "", draw.opens_at, count)


def _page(desk: Desk, error: str = "") -> str:
    page: str = render_template("guardian/show.html", desk=desk, error=error)
    return page


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
