"""Flows for everybody outside: draft, publish, find the version in force, read what it pins."""

from sqlalchemy.orm import Session

from models.flow.definition import Definition
from models.identity.actor import Actor
from processes import inherited, publishing
from processes.definitions import (
    FlowNotFoundError,
    Pinned,
    diagram,
    get_json,
    get_resource,
    in_force,
    pinned,
    prepared,
)
from processes.publishing import create_draft
from processes.publishing_errors import DiagramFaultyError

__all__ = [
    "DiagramFaultyError",
    "FlowNotFoundError",
    "Pinned",
    "create_draft",
    "diagram",
    "get_json",
    "get_resource",
    "in_force",
    "pinned",
    "prepared",
    "publish",
]


def publish(session: Session, key: str, county: str, version: int, actor: Actor) -> Definition:
    """Put a version in force, and let what counties inherit follow it."""
    done = publishing.publish(session, key, county, version, actor)
    inherited.follow(session, county)
    return done
