"""The platform as a guardian's program reaches it: the public log, and a door opened by token."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Protocol
from urllib.parse import quote

from processes.witnessing.platform import (
    PlatformAwayError,
    PlatformRefusedError,
    checked_address,
)

SECONDS = 60
MOST_BYTES = 64 * 1024 * 1024
"""A bidding with thousands of sealed bids comes in one answer."""

MOST_TOLD = 4096
LOG = "/api/v1/public/log"
DOOR = "/api/v1/guardian"
OWN_FAULT = 500


class Door(Protocol):
    """What a round needs of the platform."""

    def checkpoint(self) -> str:
        """Return the newest checkpoint's text."""

    def consistency(self, first: int, second: int) -> list[bytes] | None:
        """Return the proof that one size continues another; None when the log has none."""

    def get(self, path: str) -> Any:  # noqa: ANN401
        """Ask at the guardian's door."""

    def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Hand in at the guardian's door."""


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token is for the address that was given."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401
        """Refuse."""


class Platform:
    """One platform over HTTPS; every answer is bounded in size and time."""

    def __init__(self, url: str, token: str) -> None:
        self.url = checked_address(url)
        self._token = token
        secure = urllib.request.HTTPSHandler(context=ssl.create_default_context())
        self._opener = urllib.request.build_opener(_StayHere, secure)

    def checkpoint(self) -> str:
        """Return the newest checkpoint's text."""
        return self._call(f"{LOG}/checkpoint").decode("utf-8", "replace")

    def consistency(self, first: int, second: int) -> list[bytes] | None:
        """Return the proof that one size continues another; None when the log has none."""
        try:
            told = json.loads(self._call(f"{LOG}/consistency?first={first}&second={second}"))
            return [bytes.fromhex(node) for node in told["path"]]
        except (PlatformRefusedError, ValueError, KeyError, TypeError):
            return None

    def get(self, path: str) -> Any:  # noqa: ANN401
        """Ask at the guardian's door."""
        return _json(self._call(DOOR + quote(path, safe="/?=&")))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Hand in at the guardian's door."""
        return _json(self._call(DOOR + quote(path, safe="/"), json.dumps(body).encode()))

    def _call(self, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.url + path, body)  # noqa: S310 - checked above
        if path.startswith(DOOR):
            request.add_header("Authorization", f"Bearer {self._token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return _bounded(answer.read(MOST_BYTES + 1))
        except urllib.error.HTTPError as error:
            with error:
                told = _told(error)
            if error.code >= OWN_FAULT:
                raise PlatformAwayError(fault=f"HTTP {error.code}") from error
            raise PlatformRefusedError(status=error.code, fault=told) from error
        except (OSError, HTTPException) as error:
            raise PlatformAwayError(fault=str(getattr(error, "reason", error))) from error


def _json(data: bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(data)
    except ValueError as error:
        raise PlatformAwayError(fault="回答不是JSON") from error


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise PlatformAwayError(fault="回答过长")
    return data


def _told(error: urllib.error.HTTPError) -> str:
    """Return the platform's own sentence for a refusal."""
    try:
        return str(json.loads(error.read(MOST_TOLD))["message"])
    except (OSError, ValueError, KeyError, TypeError):
        return error.reason or "没有说明"
