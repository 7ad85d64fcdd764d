"""One project's way through the bidding; what it shares with a draw stands in Story."""

from collections.abc import Mapping
from datetime import datetime

from models.selection import bids, envelope, floors
from models.selection.guardian_keys import Guardian
from models.session import reading, unit_of_work
from processes.demo.player import Player
from processes.demo.story import CENTRE, Story, local

FLOW = "reverse_auction"
SET = {"name": "韩知远", "position": "柳河镇人民政府项目负责人", "part": "set"}
LEARNT = {"name": "童书白", "position": "柳河镇财政所会计", "part": "learnt"}


class Bidding(Story):
    """Plays one case; each method is one act at one moment."""

    flow = FLOW

    def prepare(self, at: datetime, floor: int | None = None) -> None:
        """Play everything up to the confirmed appointments; with a floor it is sealed, too."""
        super().prepare(at)
        if floor is not None:
            self.seal_floor(at, floor)

    def seal_floor(self, at: datetime, fen: int) -> dict[str, str]:
        """Seal the floor as the owner's browser does, and complete the step."""
        with self.player.at(at):
            self.player.claim(self.owner, self.instance, "seal_floor")
            told = seal_floor(self.player, self.owner, self.project, fen)
            form = {"floor_sealed": True}
            self.player.complete(self.owner, self.instance, "seal_floor", form)
        return told

    def announce_bidding(
        self,
        at: datetime,
        freeze_at: datetime,
        bidding_from: datetime,
        bidding_until: datetime,
        selection_at: datetime,
    ) -> None:
        """Draft and publish the notice as the centre."""
        moments = {
            "freeze_at": freeze_at,
            "bidding_from": bidding_from,
            "bidding_until": bidding_until,
            "selection_at": selection_at,
        }
        form = {name: local(moment) for name, moment in moments.items()}
        self._complete(at, CENTRE, "draft_bidding_notice", form)
        self._complete(at, CENTRE, "publish_notice", {"notice_decision": "publish"})

    def bid(self, at: datetime, offers: Mapping[int, int]) -> None:
        """Let contractors bid, each by its number, in fen."""
        with self.player.at(at):
            for number, fen in offers.items():
                bid(self.player, f"dz.contractor{number:02d}", self.project, fen)

    def open_bids(self, at: datetime) -> None:
        """Open as the selection officer and confirm as the monitor; the platform settles."""
        self._complete(at, self.selector, "open_bids", {"officer_opens": True})
        self._complete(at, self.monitor, "confirm_bids", {"monitor_confirms": True})


def seal_floor(player: Player, username: str, project: str, fen: int) -> dict[str, str]:
    """Seal a floor and hand it in with who set it and who learnt it."""
    with unit_of_work() as session:
        actor = player.actor(session, username)
        given = floors.context(session, project, actor)
        sealed = envelope.seal(given["ctx"], {"fen": fen}, _keepers(given))
        people = [SET | {"name": actor.name}, LEARNT]
        return floors.seal(session, player.settings, project, actor, sealed, people)


def bid(player: Player, username: str, project: str, fen: int) -> dict[str, str]:
    """Seal a bid and hand it in."""
    with reading() as session:
        given = bids.context(session, player.settings, project, player.actor(session, username))
    value = {"fen": fen, "seq": given["seq"]}
    sealed = envelope.seal(given["ctx"], value, _keepers(given))
    with unit_of_work() as session:
        actor = player.actor(session, username)
        return bids.place(session, player.settings, project, actor, sealed)


def _keepers(given: Mapping[str, list[dict[str, str]]]) -> list[Guardian]:
    return [Guardian(**one) for one in given["guardians"]]
