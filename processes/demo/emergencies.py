"""One emergency's way (应急工程): its result first, then contract, works, reports, evaluation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.identity.account import Account
from models.identity.party import Party
from models.session import reading
from processes.demo.afterwards import Afterwards
from processes.demo.player import Player
from processes.demo.story import local

FLOW = "emergency_works"
TOWN, REGULATOR, CONTRACTOR = "hr.town", "hr.regulator", "hr.contractor03"


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """What happened, and what was built against it."""

    title: str = "枫泉镇北沟路基冲毁应急抢修工程"
    works_type: str = "市政公用"
    location: str = "枫泉镇北沟村进村路"
    scope: str = "清理塌方180立方米，抛石护脚60米，恢复路基和排水涵管。"
    price: int = 14_600_000
    duration_days: int = 12
    funding: str = "镇级财政应急资金"
    situation: str = "强降雨冲毁进村道路路基，村民出行中断，雨势持续，路基随时可能继续垮塌。"
    choice_reason: str = "距现场最近，机械和人员当日可以到场。"
    decided_how: str = "现场指挥部决定"

    def form(self) -> dict[str, Any]:
        """Return the values as the form's fields hold them."""
        values = {name: value for name, value in self.__dict__.items() if name != "price"}
        return {**values, "emergency_price": self.price, "emergency_is_true": True}


EMERGENCY = Emergency()


class Emergencies(Afterwards):
    """Plays one case; each method is one act at one moment."""

    def __init__(
        self, player: Player, works: Emergency = EMERGENCY, *, contractor: str = CONTRACTOR
    ) -> None:
        self.player, self.works, self.contractor = player, works, contractor
        self.owner = TOWN
        self.instance = self.project = ""

    def start(self, at: datetime) -> None:
        """Start the case as the town; nothing is filled in yet."""
        with self.player.at(at):
            self.instance = self.player.start(self.owner, FLOW)

    def report(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Report the result as the town: called in yesterday, two hours after it happened."""
        with self.player.at(at):
            form = {**self.form(at), **changes}
            self.player.complete(self.owner, self.instance, "fill_emergency", form)
        self.project = self.player.project(self.instance)

    def form(self, at: datetime) -> dict[str, Any]:
        """Return the report as the form's fields hold it, the decision uploaded."""
        name, code = self._company()
        entrusted = at - timedelta(days=1)
        paper = self.player.upload(self.owner, "抢险决定.pdf", "抢险决定", self.works.title)
        return {
            **self.works.form(),
            "occurred_at": local(entrusted - timedelta(hours=2)),
            "entrusted_at": local(entrusted),
            "contractor_name": name,
            "contractor_code": code,
            "decision_document": paper,
            "late_reason": "",
        }

    def decide(self, at: datetime, decision: str, opinion: str = "") -> None:
        """Approve, send back or refuse as the regulator."""
        form = {"emergency_decision": decision}
        given = form | ({"emergency_opinion": opinion} if opinion else {})
        self._act(at, REGULATOR, "approve_emergency", given)

    def withdraw(self, at: datetime, reason: str) -> None:
        """Take the report back as the town, before it is decided."""
        with self.player.at(at):
            self.player.withdraw(self.owner, self.instance, reason)

    def terminate(self, at: datetime, reason: str) -> None:
        """End the project as the town and let the case hear it."""
        form = {"termination_reason": reason, "understands_termination": True}
        with self.player.at(at):
            request = self.player.start(self.owner, "termination_request", about=self.instance)
            self.player.complete(self.owner, request, "fill_termination", form)
            self.player.deliver_messages()

    def wake(self, at: datetime) -> None:
        """Let the worker find what has come due."""
        with self.player.at(at):
            self.player.wake(self.instance)

    def _company(self) -> tuple[str, str]:
        with reading() as session:
            query = (
                select(Party.name, Party.credit_code)
                .join(Account, Account.party_id == Party.id)
                .where(Account.username == self.contractor)
            )
            name, code = session.execute(query).one()
            return name, code
