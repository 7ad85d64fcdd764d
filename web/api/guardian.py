"""What a guardian's own program asks and hands in: by token, bound to one guardian (role guardian).

Nothing here need be believed by the guardian: it checks proofs against a checkpoint that it holds
itself. And nothing it hands in is believed either: a share that is not the promised one is refused.
"""

from typing import Annotated, Any

from flask import Response, current_app
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field

from models.clock import business_now, iso, system_now
from models.identity.actor import Actor
from models.selection import (
    guardian_cases,
    guardian_hand_in,
    guardian_rehearsals,
    guardian_roster,
    guardians,
)
from models.selection.guardian_evidence import Evidence
from models.selection.guardian_shares import ShareRefusedError
from models.selection.tables import Guardian
from models.session import reading, unit_of_work
from web.access import TokenInvalidError, guard, require_actor
from web.api.pieces import FAILURES, Name, Strict, answer

KIB = 1024
MOST_SHARES = 500
MOST_TRIALS = 100
LARGEST = 2**53

blueprint = APIBlueprint(
    "api_guardian",
    __name__,
    url_prefix="/api/v1/guardian",
    abp_tags=[Tag(name="guardian", description="密钥保管方的程序")],
    abp_security=[{"token": []}],
    abp_responses=FAILURES,
)
guard(blueprint, roles=("guardian",), body_limit=256 * KIB)

Commit = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Share = Annotated[str, Field(pattern="^([0-9a-f]{66})?$")]


class CasePath(BaseModel):
    """A draw's id."""

    id: Name


class CaseQuery(Strict):
    """The size of the checkpoint that the guardian has verified."""

    size: int = Field(ge=1, le=LARGEST)


class ReleaseIn(Strict):
    """One share; empty when the guardian's own does not open."""

    commit: Commit
    share: Share


class ReleasesIn(Strict):
    """Shares of one draw or bidding."""

    shares: list[ReleaseIn] = Field(min_length=1, max_length=MOST_SHARES)


class TrialIn(Strict):
    """Whether the guardian's share of one envelope opened."""

    commit: Commit
    sound: bool


class TrialsIn(Strict):
    """What the guardian tried."""

    trials: list[TrialIn] = Field(min_length=1, max_length=MOST_TRIALS)


class RehearsalIn(Strict):
    """A share of the rehearsal's dummy."""

    share: Annotated[str, Field(pattern="^[0-9a-f]{66}$")]


def _actor() -> Actor:
    actor = require_actor()
    if not actor.by_token:
        raise TokenInvalidError
    return actor


@blueprint.get("")
def show_waiting() -> Response:
    """Return which guardian the caller is and what waits for it."""
    actor = _actor()
    with unit_of_work() as session:
        row = guardian_roster.bound(session, actor, is_local=False)
        guardian_hand_in.note_seen(row)
        told = _waiting(row)
        now = business_now()
        waiting = guardian_cases.waiting_for(session, _settings(), row.name, now)
        told["cases"] = [draw.id for draw in waiting]
        trials = guardian_cases.to_be_tried(session, _settings(), row.name)
        told["trials"] = [one for _, one in trials[:MOST_TRIALS]]
        rehearsal = guardian_rehearsals.waiting(session, row.name)
        if rehearsal is not None:
            told["rehearsal"] = {"id": rehearsal.id, "envelope": rehearsal.envelope}
    return answer(told)


def _waiting(row: Guardian) -> dict[str, Any]:
    return {"name": row.name, "kid": row.kid, "time": iso(system_now()), "rehearsal": None}


@blueprint.get("/cases/<string:id>")
def show_case(path: CasePath, query: CaseQuery) -> Response:
    """Return the envelopes of a draw being opened, with the proofs that it may be."""
    actor = _actor()
    with reading() as session:
        guardian_roster.bound(session, actor, is_local=False)
        sealed = guardian_cases.case_of(session, path.id, business_now())
        guardians.check_may_release(session, sealed.draw, business_now())
        return answer(Evidence(session, query.size).of(sealed))


@blueprint.post("/cases/<string:id>/shares")
def take_shares(path: CasePath, body: ReleasesIn) -> Response:
    """Take the guardian's shares; one that is not the promised share is refused and logged."""
    actor = _actor()
    handed = (path.id, {one.commit: one.share for one in body.shares})
    with unit_of_work() as session:
        row = guardian_roster.bound(session, actor, is_local=False)
        guardian_hand_in.note_seen(row)
        found = guardian_hand_in.release(
            session, _settings(), actor, row.name, handed, business_now()
        )
        name = row.title
    if found.refused:
        raise ShareRefusedError(name=name, commits=found.refused[:MOST_TRIALS])
    return answer({"taken": found.taken}, 201)


@blueprint.post("/trials")
def take_trials(body: TrialsIn) -> Response:
    """Note which shares the guardian tried before the notice."""
    actor = _actor()
    tried = {one.commit: one.sound for one in body.trials}
    with unit_of_work() as session:
        row = guardian_roster.bound(session, actor, is_local=False)
        now = business_now()
        count = guardian_hand_in.note_trials(session, _settings(), actor, row.name, tried, now)
    return answer({"noted": count}, 201)


@blueprint.post("/rehearsals/<string:id>")
def take_rehearsal(path: CasePath, body: RehearsalIn) -> Response:
    """Take the guardian's share of the rehearsal's dummy."""
    actor = _actor()
    with unit_of_work() as session:
        row = guardian_roster.bound(session, actor, is_local=False)
        rehearsal = guardian_rehearsals.named(session, path.id)
        guardian_rehearsals.take(session, rehearsal, {"from": row.name, "share": body.share})
        return answer({"opened": rehearsal.opened_at is not None}, 201)


def _settings() -> Any:  # noqa: ANN401 - what the application was made with
    return current_app.extensions["settings"]
