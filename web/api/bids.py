"""Sealing a floor price and bidding; like joining, these requests leave no trace of anybody.

Every accepted bid is answered with the same words and the same shape, whatever lies inside.
"""

from typing import Any

from flask import Response, current_app, jsonify
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from models.selection import bids, floors
from models.session import reading, unit_of_work
from models.settings import Settings
from web.access import guard, require_actor
from web.api.interest import KIB, ProjectPath

MOST_PEOPLE = 21
"""Who set the floor price, and twenty others who learnt it."""

blueprint = APIBlueprint(
    "bids",
    __name__,
    url_prefix="/api/v1/projects",
    abp_tags=[Tag(name="bids", description="竞价")],
    abp_security=[{"token": []}],
)
guard(blueprint, signed_in=True, body_limit=32 * KIB)


class Strict(BaseModel):
    """A body that takes what it names and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Undertaking(Strict):
    """One person who set or learnt the floor price and signed for secrecy."""

    name: str = Field(min_length=1, max_length=40)
    position: str = Field(min_length=1, max_length=100)
    part: str = Field(pattern="^(set|learnt)$")
    document_id: str | None = Field(None, max_length=40)


class SealedFloor(Strict):
    """A floor price in its envelope, with everybody who knows it."""

    envelope: dict[str, Any]
    undertakings: list[Undertaking] = Field(min_length=1, max_length=MOST_PEOPLE)


class SealedBid(Strict):
    """A bid in its envelope."""

    envelope: dict[str, Any]


class Received(BaseModel):
    """What every accepted envelope is answered with."""

    commit: str
    received_at: str


class OwnBids(BaseModel):
    """The caller's own bids: their commitments and when they came, never their values."""

    items: list[Received]
    next: str | None


@blueprint.put("/<string:id>/floor", summary="密封最低限价", responses={201: Received})
def seal_floor(path: ProjectPath, body: SealedFloor) -> tuple[Response, int]:
    """Take the sealed floor price of whoever holds the open work item for it."""
    undertakings = [one.model_dump() for one in body.undertakings]
    with unit_of_work() as session:
        told = floors.seal(
            session, _settings(), path.id, require_actor(), body.envelope, undertakings
        )
    return jsonify(told), 201


@blueprint.post("/<string:id>/bids", summary="提交密封报价", responses={201: Received})
def place_bid(path: ProjectPath, body: SealedBid) -> tuple[Response, int]:
    """Take a sealed bid until the minute at which bidding closes."""
    with unit_of_work() as session:
        told = bids.place(session, _settings(), path.id, require_actor(), body.envelope)
    return jsonify(told), 201


@blueprint.get("/<string:id>/bids", summary="本企业的密封报价", responses={200: OwnBids})
def own_bids(path: ProjectPath) -> Response:
    """List the caller's own bids, the first received first."""
    with reading() as session:
        items = bids.own(session, _settings(), path.id, require_actor())
    return jsonify(items=items, next=None)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
