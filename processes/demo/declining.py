"""A winner that gives the award back, act by act, up to the owner's decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from processes.demo.player import Player

CENTRE = "dz.centre"
FLOW = "winner_decline"
REASON = "项目经理离职，近期无法按要求组织施工，申请放弃本次中选。"
AGAIN = "原中选企业放弃中选，工程仍须实施。"


class Declining:
    """Acts of a story whose result is published and whose contract is not signed yet."""

    player: Player
    owner: str
    instance: str
    decline_case: str = ""

    def begin_decline(self, at: datetime, who: str) -> None:
        """Begin the declaration on the project's case page."""
        with self.player.at(at):
            self.decline_case = self.player.start(who, FLOW, about=self.instance)

    def declare_decline(self, at: datetime, who: str, reason: str = REASON) -> None:
        """Hand in reason and stamped letter, knowing what follows."""
        with self.player.at(at):
            letter = self.player.upload(who, "放弃中选函.pdf", "放弃中选函", reason)
            form = {
                "decline_choice": "decline",
                "decline_reason": reason,
                "decline_letter": letter,
                "decline_understood": True,
            }
            self.player.complete(who, self.decline_case, "declare_decline", form)

    def keep_award(self, at: datetime, who: str) -> None:
        """Keep the award after all."""
        self._of_decline(at, who, "declare_decline", {"decline_choice": "keep"})

    def review_decline(self, at: datetime, reason: str = "声明属实，函件齐全。") -> None:
        """Accept the declaration as the centre; the project's case is told."""
        form = {"decline_review": "accepted", "review_reason": reason}
        self._of_decline(at, CENTRE, "review_decline", form)
        with self.player.at(at):
            self.player.deliver_messages()

    def return_decline(self, at: datetime, reason: str) -> None:
        """Send the declaration back as the centre, saying all that is lacking."""
        form = {"decline_review": "returned", "review_reason": reason}
        self._of_decline(at, CENTRE, "review_decline", form)

    def decline(self, at: datetime, who: str, reason: str = REASON) -> None:
        """Play the whole declaration at one moment, accepted at once."""
        self.begin_decline(at, who)
        self.declare_decline(at, who, reason)
        self.review_decline(at)

    def decide_after_decline(self, at: datetime, choice: str, reason: str = AGAIN) -> None:
        """Decide as the owner: ``repeat`` or ``terminate``."""
        form = {"after_failure": choice, "failure_reason": reason}
        with self.player.at(at):
            self.player.complete(self.owner, self.instance, "decide_after_decline", form)

    def decide_after_failure(self, at: datetime, choice: str, reason: str) -> None:
        """Decide as the owner after a failed selection: ``repeat`` or ``terminate``."""
        form = {"after_failure": choice, "failure_reason": reason}
        with self.player.at(at):
            self.player.complete(self.owner, self.instance, "decide_after_failure", form)

    def _of_decline(self, at: datetime, who: str, step: str, form: Mapping[str, Any]) -> None:
        with self.player.at(at):
            self.player.complete(who, self.decline_case, step, form)
