"""What guardians have answered for one draw or bidding: released at once here, stored from afar.

A guardian elsewhere, or one whose key a passphrase locks, hands its shares in; they lie in
``guardian_release`` concealed with the draw's key until the result tells them. A row may also say
only that the guardian tried its share: sound, or bad.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import InvalidError
from models.selection import draw_keys, local_guardians
from models.selection.envelope import valid_release
from models.selection.envelope_form import SHARE_BYTES
from models.selection.guardian_tables import GuardianRelease
from models.selection.local_guardians import Keys
from models.selection.tables import Draw
from models.settings import Settings

SOUND, BAD = b"\x01", b"\x00"
NEEDED = 2
ALL = 3
PURPOSE = b"release"

Share = dict[str, str]
Envelope = Mapping[str, Any]


class ShareRefusedError(InvalidError):
    """A guardian handed in a share that is not the one the envelope promises."""

    message = "保管人{name}交来的份额与密封件记载的不符，已拒收并记入日志，请核对密钥后重新交出。"


class Answers:
    """The shares that there are for the envelopes of one draw."""

    def __init__(self, session: Session, settings: Settings, draw: Draw, keys: Keys) -> None:
        self._keys = keys
        self._settings = settings
        self._draw_id = draw.id
        self._stored: dict[str, dict[str, bytes]] = {}
        self._known: dict[str, list[Share]] = {}
        rows = select(GuardianRelease).where(GuardianRelease.draw_id == draw.id)
        for row in session.scalars(rows):
            self._stored.setdefault(row.commit, {})[row.guardian] = row.share

    def shares_of(self, envelope: Envelope) -> list[Share]:
        """Return the valid shares of one envelope, in the order of the guardians' names."""
        commit = str(envelope["commit"])
        if commit not in self._known:
            released = [*self._local(envelope), *self._handed_in(envelope)]
            self._known[commit] = sorted(released, key=lambda one: one["from"])
        return [dict(one) for one in self._known[commit]]

    def answered(self, envelope: Envelope) -> list[Share]:
        """Return who has answered: the valid shares, and ``"share": ""`` of those found bad."""
        good = self.shares_of(envelope)
        known = {one["from"] for one in good}
        here = {name for name, _ in self._here(envelope)}
        bad = (here | {one for one in self.calls_bad(envelope) if one not in here}) - known
        told = [*good, *({"from": name, "share": ""} for name in bad)]
        return sorted(told, key=lambda one: one["from"])

    def _local(self, envelope: Envelope) -> list[Share]:
        return local_guardians.answer([self._keys[one] for one in self._here(envelope)], envelope)

    def _here(self, envelope: Envelope) -> list[tuple[str, str]]:
        places = [(share["to"], share["kid"]) for share in envelope["shares"]]
        return [place for place in places if place in self._keys]

    def _handed_in(self, envelope: Envelope) -> list[Share]:
        local = {name for name, _ in self._here(envelope)}
        stored = self._stored.get(str(envelope["commit"]), {})
        found = [
            {"from": name, "share": self._shown(share)}
            for name, share in stored.items()
            if name not in local and len(share) > SHARE_BYTES
        ]
        return [one for one in found if valid_release(envelope, one)]

    def _shown(self, share: bytes) -> str:
        return draw_keys.uncover(self._settings, self._draw_id, PURPOSE, share).hex()

    def is_settled(self, envelope: Envelope) -> bool:
        """Whether nothing more need be waited for: two shares, or none of the rest can help.

        Two guardians who find their share bad leave the third alone, who opens nothing.
        """
        if len(self._here(envelope)) == ALL:
            return True
        answered = self.answered(envelope)
        bad = sum(one["share"] == "" for one in answered)
        return len(answered) - bad >= NEEDED or bad >= NEEDED or len(answered) == ALL

    def waiting_for(self, envelopes: Iterable[Envelope]) -> list[str]:
        """Return the guardians whose shares are still waited for; none: everything will open."""
        absent: set[str] = set()
        for envelope in envelopes:
            if not self.is_settled(envelope):
                absent |= self._absent(envelope)
        return sorted(absent)

    def _absent(self, envelope: Envelope) -> set[str]:
        known = {one["from"] for one in self.answered(envelope)}
        return {str(share["to"]) for share in envelope["shares"]} - known

    def lacks(self, envelope: Envelope, name: str) -> bool:
        """Whether this guardian, not answering here by itself, has not released its share yet."""
        stored = self._stored.get(str(envelope["commit"]), {}).get(name, SOUND)
        return stored == SOUND and name not in {one for one, _ in self._here(envelope)}

    def is_untried(self, envelope: Envelope, name: str) -> bool:
        """Whether this guardian has not even tried its share."""
        stored = self._stored.get(str(envelope["commit"]), {})
        return name not in stored and name not in {one for one, _ in self._here(envelope)}

    def calls_bad(self, envelope: Envelope) -> list[str]:
        """Return the guardians that found their share of an envelope bad."""
        stored = self._stored.get(str(envelope["commit"]), {})
        return sorted(name for name, share in stored.items() if share == BAD)


def keep(
    session: Session, settings: Settings, draw: Draw, envelope: Envelope, released: Share
) -> bool:
    """Store a guardian's share, concealed until the result; say whether it was new.

    A share that is not the one the envelope promises is refused.
    """
    if not valid_release(envelope, released):
        raise ShareRefusedError(name=released["from"])
    plain = bytes.fromhex(released["share"])
    covered = draw_keys.cover(settings, draw.id, PURPOSE, plain)
    return _write(session, draw, str(envelope["commit"]), released["from"], covered)


def keep_trial(
    session: Session, draw: Draw, envelope: Envelope, name: str, *, is_sound: bool
) -> bool:
    """Note that a guardian tried its share of an envelope and found it sound or bad."""
    told = SOUND if is_sound else BAD
    return _write(session, draw, str(envelope["commit"]), name, told)


def _write(session: Session, draw: Draw, commit: str, name: str, share: bytes) -> bool:
    place = {"draw_id": draw.id, "commit": commit, "guardian": name}
    row = session.scalar(select(GuardianRelease).filter_by(**place))
    if row is None:
        session.add(GuardianRelease(**place, share=share))
        return True
    # a share once released stays: nothing takes it back
    if len(row.share) > SHARE_BYTES or row.share == share:
        return False
    row.share = share
    return True
