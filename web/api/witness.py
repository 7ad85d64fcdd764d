"""What witnesses send: co-signatures under checkpoints, and alarms. Role ``witness``, by token."""

from typing import Literal

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import Field

from models.ledger import witness_alarms, witnesses
from models.ledger.alarm import Alarm
from models.session import unit_of_work
from web.access import guard
from web.api.pieces import FAILURES, Strict, answer

KIB = 1024
LARGEST = 2**53
MOST_TEXT = 16 * KIB

blueprint = APIBlueprint(
    "api_witness",
    __name__,
    url_prefix="/api/v1/witness",
    abp_tags=[Tag(name="witness", description="日志见证方")],
    abp_security=[{"token": []}],
    abp_responses=FAILURES,
)
guard(blueprint, roles=("witness",), body_limit=64 * KIB)


class CosignatureIn(Strict):
    """One signature line (C2SP ``cosignature/v1``) under the checkpoint of a size."""

    size: int = Field(ge=1, le=LARGEST)
    cosignature: str = Field(min_length=1, max_length=KIB)


class Evidence(Strict):
    """The checkpoint that was seen before, and the one that was found now."""

    seen: str = Field(max_length=MOST_TEXT)
    found: str = Field(max_length=MOST_TEXT)


class AlarmIn(Strict):
    """What alarmed the witness, signed by its key."""

    kind: Literal["rewritten", "truncated", "forked", "replayed", "wrong_key"]
    at: str = Field(max_length=40)
    evidence: Evidence
    key: str = Field(max_length=200)
    signature: str = Field(pattern="^[0-9a-f]{128}$")


@blueprint.post("/cosignatures")
def take_cosignature(body: CosignatureIn) -> Response:
    """Take a co-signature; the same one again changes nothing."""
    with unit_of_work() as session:
        kept = witnesses.cosign(session, body.size, body.cosignature)
        told = {"size": kept.size, "at": kept.at}
    return answer(told, 201)


@blueprint.post("/alarms")
def take_alarm(body: AlarmIn) -> Response:
    """Take an alarm; the same one again is the one already there."""
    with unit_of_work() as session:
        row = witness_alarms.take(session, Alarm(**body.model_dump()))
        told = {"id": row.id, "at": row.at}
    return answer(told, 201)
