"""The platform as a program elsewhere reaches it: the public log, and a door opened by token."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

from models.errors import InvalidError, UnavailableError

SECONDS = 60
MIB = 1024 * 1024
MOST_TOLD = 4096
LOG = "/api/v1/public/log"
LOCAL = ("localhost", "127.0.0.1", "::1")
OWN_FAULT = 500


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
    """One platform; every answer is bounded in size and time, the token shown at one door."""

    def __init__(self, url: str, token: str, door: str, *, most_bytes: int = MIB) -> None:
        self.url = checked_address(url)
        self._token, self._door, self._most = token, door, most_bytes
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
        """Ask at the program's door."""
        return _json(self._call(self._door + quote(path, safe="/?=&")))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """Hand in at the program's door; None when the answer has no body."""
        answer = self._call(self._door + quote(path, safe="/"), json.dumps(body).encode())
        return _json(answer) if answer else None

    def _call(self, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.url + path, body)  # noqa: S310 - checked above
        if path.startswith(self._door):
            request.add_header("Authorization", f"Bearer {self._token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return self._bounded(answer.read(self._most + 1))
        except urllib.error.HTTPError as error:
            with error:
                told = _told(error)
            if error.code >= OWN_FAULT:
                raise PlatformAwayError(fault=f"HTTP {error.code}") from error
            raise PlatformRefusedError(status=error.code, fault=told) from error
        except (OSError, HTTPException) as error:
            raise PlatformAwayError(fault=str(getattr(error, "reason", error))) from error

    def _bounded(self, data: bytes) -> bytes:
        if len(data) > self._most:
            raise PlatformAwayError(fault="回答过长")
        return data


def _json(data: bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(data)
    except ValueError as error:
        raise PlatformAwayError(fault="回答不是JSON") from error


def _told(error: urllib.error.HTTPError) -> str:
    """Return the platform's own sentence for a refusal."""
    try:
        return str(json.loads(error.read(MOST_TOLD))["message"])
    except (OSError, ValueError, KeyError, TypeError):
        return error.reason or "没有说明"
