"""One project's way through the random selection, step by step, until it is told to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.identity.account import Account
from models.session import reading
from processes.demo.afterwards import Afterwards
from processes.demo.changes import Changes
from processes.demo.declining import Declining
from processes.demo.interruptions import Interruptions
from processes.demo.player import FLOW, Player

PEOPLE = OWNER, SELECTOR, MONITOR = "dz.owner", "dz.selector", "dz.monitor"
CENTRE = "dz.centre"
PAPERS = {
    "stamped_application": "小额工程进场交易申请表（已盖章）",
    "budget_sheet": "工程预算表",
    "bill_of_quantities": "工程量清单",
}
COMPLETE = {
    "check_application": "complete",
    "check_budget": "complete",
    "check_quantities": "complete",
}


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """What the owner of a project asks for."""

    title: str
    works_type: str
    location: str
    scope: str
    ceiling_price: int
    duration_days: int = 30
    funding: str = "镇级财政，已落实"
    qualification: str = "building_general"
    level: str = "3"

    def form(self) -> dict[str, Any]:
        """Return the values as the form's fields hold them."""
        return {**self.__dict__, "is_truthful": True}


class Story(Changes, Declining, Afterwards, Interruptions):
    """Plays one case; each method is one act at one moment."""

    flow = FLOW

    def __init__(
        self, player: Player, requirement: Requirement, people: tuple[str, str, str] = PEOPLE
    ) -> None:
        self.player, self.requirement = player, requirement
        self.owner, self.selector, self.monitor = people
        self.instance = self.project = ""

    def start(self, at: datetime) -> None:
        """Start the case as the owner; nothing is filled in yet."""
        with self.player.at(at):
            self.instance = self.player.start(self.owner, self.flow)

    def submit(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Fill in the requirement, then stamp and upload the form made from it, as the owner."""
        self.fill(at, **changes)
        self.stamp(at)

    def fill(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Hand in the requirement as the owner and let its application form be made."""
        self._complete(at, self.owner, "fill_requirement", {**self.requirement.form(), **changes})
        self.project = self.player.project(self.instance)
        with self.player.at(at):
            self.player.make_letters(self.instance)

    def stamp(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Upload the stamped form of this round with the other papers, and push to the centre."""
        with self.player.at(at):
            code = self.player.application_code(self.instance)
            papers = {kind: self._paper(name, code) for kind, name in PAPERS.items()}
            form = {"application_choice": "hand_in", **papers, **changes}
            self.player.complete(self.owner, self.instance, "stamp_application", form)

    def reconsider(self, at: datetime) -> None:
        """Go back to the requirement instead of stamping the form."""
        self._complete(at, self.owner, "stamp_application", {"application_choice": "correct"})

    def _paper(self, name: str, code: str) -> list[dict[str, Any]]:
        lines = (name, self.requirement.title, f"核验码 {code}")
        return self.player.upload(self.owner, f"{name}.pdf", *lines)

    def accept(self, at: datetime) -> None:
        """Accept as the centre."""
        self._complete(at, CENTRE, "intake_review", {**COMPLETE, "decision": "accepted"})

    def send_back(self, at: datetime, reasons: str) -> None:
        """Send back as the centre, with all reasons at once."""
        form = {**COMPLETE, "check_quantities": "inconsistent", "decision": "review_failed"}
        self._complete(at, CENTRE, "intake_review", {**form, "reasons": reasons})

    def refuse(self, at: datetime, reasons: str) -> None:
        """Find as the centre that the project is none of the small works."""
        form = {**COMPLETE, "decision": "out_of_scope", "reasons": reasons}
        self._complete(at, CENTRE, "intake_review", form)

    def withdraw(self, at: datetime, reason: str) -> None:
        """Take the project back as the owner, before it is announced."""
        with self.player.at(at):
            self.player.withdraw(self.owner, self.instance, reason)

    def name_people(self, at: datetime) -> None:
        """Name selection officer and monitor as the owner."""
        form = {
            "selection_officer": self.account(self.selector),
            "monitor": self.account(self.monitor),
        }
        self._complete(at, self.owner, "name_people", form)

    def confirm_officer(self, at: datetime) -> None:
        """Confirm as the selection officer."""
        with self.player.at(at):
            form = {"officer_accepts": True}
            self.player.confirm(self.selector, self.instance, "confirm_officer", form)

    def confirm_monitor(self, at: datetime) -> None:
        """Confirm as the monitor."""
        with self.player.at(at):
            form = {"monitor_accepts": True}
            self.player.confirm(self.monitor, self.instance, "confirm_monitor", form)

    def announce(self, at: datetime, freeze_at: datetime, selection_at: datetime) -> None:
        """Draft and publish the notice as the centre."""
        form = {"freeze_at": local(freeze_at), "selection_at": local(selection_at)}
        self._complete(at, CENTRE, "draft_notice", form)
        self._complete(at, CENTRE, "publish_notice", {"notice_decision": "publish"})

    def join(self, at: datetime, *contractors: int) -> None:
        """Contractors join by their numbers."""
        with self.player.at(at):
            for number in contractors:
                self.player.join(f"dz.contractor{number:02d}", self.project)

    def wake(self, at: datetime) -> None:
        """Let the worker find what has come due."""
        with self.player.at(at):
            self.player.wake(self.instance)

    def hold(self, at: datetime) -> None:
        """Open as the selection officer and confirm as the monitor; the platform ranks."""
        self._complete(at, self.selector, "open_draw", {"officer_opens": True})
        self._complete(at, self.monitor, "confirm_opening", {"monitor_confirms": True})

    def publish(self, at: datetime) -> None:
        """Publish the result as the centre."""
        self._complete(at, CENTRE, "publish_result", {"result_checked": True})

    def prepare(self, at: datetime) -> None:
        """Play everything up to the confirmed appointments, at one moment."""
        self.start(at)
        self.submit(at)
        self.accept(at)
        self.name_people(at)
        self.confirm_officer(at)
        self.confirm_monitor(at)

    def account(self, username: str) -> str:
        """Return the id of an account."""
        with reading() as session:
            return session.scalars(select(Account.id).where(Account.username == username)).one()

    def _complete(self, at: datetime, who: str, step: str, form: Mapping[str, Any]) -> None:
        with self.player.at(at):
            self.player.complete(who, self.instance, step, form)


def local(moment: datetime) -> str:
    """Return a moment as the forms' fields hold it."""
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")
