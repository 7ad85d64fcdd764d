"""Flows for everybody outside: draft, publish, find the version in force, read what it pins."""

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
from processes.publishing import create_draft, publish
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
