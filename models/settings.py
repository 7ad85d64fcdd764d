"""The settings of an installation: read once from ``SMALLWORKS_*``, unknown names refused."""

import dataclasses
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

PREFIX = "SMALLWORKS_"
ROOT = Path(__file__).resolve().parent.parent
BPMN = ROOT / "bpmn"
LOCAL_PROGRAM = re.compile(r"https?://(127\.0\.0\.1|localhost|[a-z0-9.-]+\.localhost)(:\d{1,5})?")


class SettingsError(Exception):
    """A setting is misspelt or has a value that cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the environment may decide; each value as text, checked by its property."""

    database_url: str = field(default="", repr=False)
    broker_url: str = field(default="", repr=False)
    data_dir: str = ""
    secret_key: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: str = "8000"
    training: str = "0"
    public_url: str = ""
    trusted_proxies: str = "0"
    certificate_proxies: str = ""
    token_program: str = ""
    outage_after: str = "5"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read ``SMALLWORKS_*``; raise :class:`SettingsError` for a name or value that is wrong."""
        given = os.environ if environ is None else environ
        ours = {k.removeprefix(PREFIX).lower(): v for k, v in given.items() if k.startswith(PREFIX)}
        known = {f.name for f in dataclasses.fields(cls)}
        if unknown := sorted(set(ours) - known):
            names = "、".join(PREFIX + name.upper() for name in unknown)
            raise SettingsError(f"不认识的设置：{names}。可用的设置见 docs/settings.md。")
        settings = cls(**ours)
        settings.check()
        return settings

    def check(self) -> None:
        """Raise when a value cannot be used, naming the setting and what it should be."""
        self._number("port", 0, 65535)
        self._number("trusted_proxies", 0, 9)
        self._number("training", 0, 1)
        self._number("outage_after", 1, 1440)
        if self.database_url and not self.database_url.startswith(("sqlite:", "postgresql")):
            raise SettingsError(
                "SMALLWORKS_DATABASE_URL 须以 sqlite: 或 postgresql 开头，请改正后重新启动。"
            )
        if self.public_url and not self.public_url.startswith(("http://", "https://")):
            raise SettingsError("SMALLWORKS_PUBLIC_URL 须以 http:// 或 https:// 开头。")
        self._check_certificate_proxies()
        if self.token_program and not LOCAL_PROGRAM.fullmatch(self.token_program):
            raise SettingsError(
                "SMALLWORKS_TOKEN_PROGRAM 须是本机程序的地址，如 http://127.0.0.1:9001，不带路径。"
            )

    def _check_certificate_proxies(self) -> None:
        try:
            found = self.certificate_peers
        except ValueError as error:
            raise SettingsError(
                "SMALLWORKS_CERTIFICATE_PROXIES 须是IP地址，多个用逗号分开，请改正后重新启动。"
            ) from error
        if found and self.trusted_proxies == "0":
            raise SettingsError(
                "设置 SMALLWORKS_CERTIFICATE_PROXIES 时，SMALLWORKS_TRUSTED_PROXIES 须大于0。"
            )

    def _number(self, name: str, low: int, high: int) -> None:
        value = str(getattr(self, name))
        if not value.isdecimal() or not low <= int(value) <= high:
            raise SettingsError(
                f"{PREFIX}{name.upper()} 须是 {low} 至 {high} 的整数，现为“{value}”。"
            )

    @property
    def directory(self) -> Path:
        """The data directory; everything that is not in the database lies under it."""
        return Path(self.data_dir) if self.data_dir else ROOT / "data"

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database; by default SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.directory / 'smallworks.sqlite3'}"

    @property
    def broker(self) -> str:
        """The Celery broker; by default a SQLite file of its own."""
        return self.broker_url or f"sqla+sqlite:///{self.directory / 'broker.sqlite3'}"

    @property
    def certificate_peers(self) -> frozenset[IPv4Address | IPv6Address]:
        """The proxies whose word on a client's TLS certificate is taken, by address."""
        given = (one.strip() for one in self.certificate_proxies.split(","))
        return frozenset(ip_address(one) for one in given if one)

    @property
    def is_training(self) -> bool:
        """Whether this installation trains people on a clock that can be moved."""
        return self.training == "1"

    @property
    def outage_limit(self) -> timedelta:
        """After how long without a sign of life the platform counts as having been down."""
        return timedelta(minutes=int(self.outage_after))

    @property
    def url(self) -> str:
        """The address people type, for links and QR codes."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def keys(self) -> Path:
        """Where keys lie; never part of a backup."""
        return self.directory / "keys"

    @cached_property
    def secret(self) -> str:
        """The secret that signs sessions: the setting, or one made once in the data directory."""
        return self.secret_key or read_or_make(self.directory / "secret_key", 32)


def read_or_make(path: Path, size: int) -> str:
    """Return the hex secret in ``path`` (mode 600), making it the first time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(size))
        path.with_suffix(".new").rename(path)
    return path.read_text().strip()
