"""Ways out: one sender per channel behind one protocol; the default twins only print."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from models.errors import UnavailableError

log = structlog.get_logger(__name__)


class NoSenderError(UnavailableError):
    """A message names a channel for which no sender is installed."""

    message = "没有可用的“{channel}”发送通道，请系统管理员按 docs/integrations.md 配置后重新发送。"


@dataclass(frozen=True, kw_only=True)
class Message:
    """What leaves; a carrier that has seen ``key`` before sends nothing and gives its receipt."""

    key: str
    channel: str
    recipient: str
    template: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


class Sender(Protocol):
    """Sends one message and returns the carrier's receipt number."""

    def send(self, message: Message) -> str:
        """Send, or raise; the outbox tries again later with the same key."""


class ConsoleSms:
    """Prints text messages instead of sending them; the default until a carrier is installed."""

    title = "短信"

    def send(self, message: Message) -> str:
        """Print one message; its receipt says that nothing was sent."""
        log.info(
            "message_printed_not_sent",
            channel=self.title,
            recipient=message.recipient,
            text=message.text,
        )
        return f"console:{message.key}"[:200]


class ConsoleMail(ConsoleSms):
    """Prints e-mails instead of sending them."""

    title = "电子邮件"


_senders: dict[str, Sender] = {"sms": ConsoleSms(), "email": ConsoleMail()}


def install_sender(channel: str, sender: Sender) -> None:
    """Let ``sender`` carry this channel from now on."""
    _senders[channel] = sender


def sender_for(channel: str) -> Sender:
    """Return the sender of a channel."""
    try:
        return _senders[channel]
    except KeyError:
        raise NoSenderError(channel=channel) from None
