"""The one byte form of a JSON value (RFC 8785 without floats), as the verifier defines it."""

from models.selection.verifier import canonical, parse

__all__ = ["canonical", "parse"]
