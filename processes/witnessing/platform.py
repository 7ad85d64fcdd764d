"""The platform as a witness reaches it: open data by address, and two doors by token."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from models.errors import InvalidError, UnavailableError

SECONDS = 30
MOST_BYTES = 1024 * 1024
LOCAL = ("localhost", "127.0.0.1", "::1")
OPEN_DATA = "/api/v1/public/log"
DOORS = "/api/v1/witness"
REFUSED = 400


class PlatformAwayError(UnavailableError):
    """The platform did not answer."""

    message = "连不上平台（{fault}），请检查网络和地址；程序会继续重试。"


class PlatformRefusedError(InvalidError):
    """The platform answered with a refusal."""

    message = "平台没有接受（{status}）：{fault}"


class AddressError(InvalidError):
    """An address over which a token must not travel."""

    message = "地址“{url}”不能用：须是 https 开头的网址（本机可用 http）。"


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token is for the address that was given."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401
        """Refuse."""


def checked_address(url: str) -> str:
    """Return an address without its last slash; refuse one that is open to listeners."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    if not is_safe or not parts.hostname or parts.query or parts.fragment:
        raise AddressError(url=url)
    return url.rstrip("/")


class Platform:
    """One platform; every answer is bounded in size and time."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = checked_address(url)
        self.token = token
        self._opener = urllib.request.build_opener(_StayHere)

    def checkpoint(self) -> str:
        """Return the newest checkpoint's text."""
        return self._call(f"{OPEN_DATA}/checkpoint").decode()

    def consistency(self, first: int, second: int) -> list[bytes] | None:
        """Return the proof that one size continues another; None when the log has none."""
        try:
            told = json.loads(self._call(f"{OPEN_DATA}/consistency?first={first}&second={second}"))
            return [bytes.fromhex(node) for node in told["path"]]
        except (PlatformRefusedError, ValueError, KeyError, TypeError):
            return None

    def post(self, door: str, body: Mapping[str, Any]) -> None:
        """Send something by token."""
        self._call(f"{DOORS}/{door}", json.dumps(body).encode())

    def _call(self, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.url + path, body)  # noqa: S310 - checked above
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return _bounded(answer.read(MOST_BYTES + 1))
        except urllib.error.HTTPError as error:
            if error.code >= 500:  # noqa: PLR2004
                raise PlatformAwayError(fault=f"HTTP {error.code}") from error
            raise PlatformRefusedError(status=error.code, fault=_told(error)) from error
        except (OSError, HTTPException) as error:
            raise PlatformAwayError(fault=str(getattr(error, "reason", error))) from error


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise PlatformAwayError(fault="回答过长")
    return data


def _told(error: urllib.error.HTTPError) -> str:
    """Return the platform's own sentence for a refusal."""
    try:
        return str(json.loads(error.read(MOST_BYTES))["message"])
    except (OSError, ValueError, KeyError, TypeError):
        return error.reason or "没有说明"
