"""What follows an award, act by act: the contract, the works, the evaluation."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.identity.account import Account
from models.project import Project
from models.session import reading
from processes.demo.player import Player

UNITS = {"huairou": ("hr.supervisor", "hr.auditor")}
"""Who reports on the works in counties that want it: supervision unit, audit unit."""
SCORES = (38, 18, 19, 9, 8)
"""Of 40, 20, 20, 10 and 10 points: 92, which is excellent."""


class Afterwards:
    """Acts of a story whose result is published and whose publicity is over."""

    player: Player
    owner: str
    instance: str
    project: str

    def submit_contract(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Hand in the signed contract as the owner; what is not said agrees with the award."""
        with self.player.at(at):
            form = {**self.contract_form(at.date()), **changes}
            self.player.complete(self.owner, self.instance, "fill_contract", form)

    def contract_form(self, signed_on: date) -> dict[str, Any]:
        """Return a contract that agrees with the award, its file uploaded."""
        with reading() as session:
            project = session.get_one(Project, self.project)
            number, price = project.number, project.award_price or project.ceiling_price
            days = project.duration_days
        file = self.player.upload(self.owner, "施工合同.pdf", "施工合同", number, f"{signed_on}")
        return {
            "contract_number": f"HT-{number}",
            "printed_number": number,
            "contract_price": price,
            "price_reason": "",
            "signed_on": signed_on.isoformat(),
            "late_reason": "",
            "starts_on": (signed_on + timedelta(days=1)).isoformat(),
            "contract_days": days,
            "signed_contract": file,
            "contract_is_true": True,
        }

    def answer_contract(self, at: datetime, reasons: str = "") -> None:
        """Confirm the contract as the winner, or send it back with reasons."""
        form = {"contract_decision": "return", "contract_reasons": reasons}
        answer = form if reasons else {"contract_decision": "confirm"}
        self._act(at, self.winner(), "confirm_contract", answer)

    def sign_contract(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Hand in the contract and confirm it at one moment; the publicity begins."""
        self.submit_contract(at, **changes)
        self.answer_contract(at)

    def start_works(self, at: datetime, started_on: date | None = None, **changes: Any) -> None:  # noqa: ANN401
        """Register the start of the works as the owner, on the same day unless said."""
        form = {"started_on": (started_on or at.date()).isoformat()}
        names = ("supervision_unit", "audit_unit")
        for name, username in zip(names, UNITS.get(self.player.county, ()), strict=False):
            form[name] = self.party_of(username)
        self._act(at, self.owner, "register_start", {**form, **changes})

    def upload_report(self, at: datetime, kind: str, *, by: str = "", **changes: Any) -> None:  # noqa: ANN401
        """Hand in the report ``supervision`` or ``audit`` as its unit."""
        usual = dict(zip(("supervision", "audit"), UNITS[self.player.county], strict=True))
        who = by or usual[kind]
        with self.player.at(at):
            form = {**self.report_form(kind, who), **changes}
            self.player.complete(who, self.instance, f"upload_{kind}_report", form)

    def report_form(self, kind: str, who: str) -> dict[str, Any]:
        """Return a report on this very project, its file uploaded; the audit's at the price."""
        with reading() as session:
            project = session.get_one(Project, self.project)
            number, price = project.number, project.award_price
        title = {"supervision": "监理报告", "audit": "审计报告"}[kind]
        form = {
            f"{kind}_number": number,
            f"{kind}_conclusion": f"{title}：质量合格，资料齐全，同意验收。",
            f"{kind}_report": self.player.upload(who, f"{title}.pdf", title, number),
            f"{kind}_is_true": True,
        }
        return form | ({"audit_settlement": price} if kind == "audit" else {})

    def upload_reports(self, at: datetime) -> None:
        """Hand in both reports, where the county wants them."""
        if self.player.county in UNITS:
            self.upload_report(at, "supervision")
            self.upload_report(at, "audit")

    def accept_works(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Register completion and acceptance as the owner, both on the same day unless said."""
        with self.player.at(at):
            form = {**self.acceptance_form(at.date()), **changes}
            self.player.complete(self.owner, self.instance, "accept_works", form)

    def acceptance_form(self, accepted_on: date) -> dict[str, Any]:
        """Return an acceptance at the award's price, its report uploaded."""
        with reading() as session:
            project = session.get_one(Project, self.project)
            price = project.award_price or project.ceiling_price
        report = self.player.upload(self.owner, "竣工验收报告.pdf", "竣工验收报告", project.number)
        return {
            "completed_on": accepted_on.isoformat(),
            "accepted_on": accepted_on.isoformat(),
            "audited_settlement": price,
            "settlement_reason": "",
            "acceptance_report": report,
            "supervision_report": [],
            "audit_report": [],
            "acceptance_is_true": True,
        }

    def complete_works(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Register start and acceptance, and the reports before it, at one moment."""
        self.start_works(at)
        self.upload_reports(at)
        self.accept_works(at, **changes)

    def evaluate(self, at: datetime, scores: tuple[int, ...] = SCORES, *, by: str = "") -> None:
        """Evaluate the contractor, criterion by criterion."""
        form = {
            "criteria": [{"score": one} for one in scores],
            "review_comment": "按期完工，质量良好，现场整洁，配合到位。",
            "review_is_final": True,
        }
        self._act(at, by or self.owner, "evaluate_contractor", form)

    def party_of(self, username: str) -> str:
        """Return the organisation of an account."""
        with reading() as session:
            query = select(Account.party_id).where(Account.username == username)
            return str(session.scalars(query).one())

    def winner(self) -> str:
        """Return the user name of somebody who acts for the winner."""
        with reading() as session:
            party = session.get_one(Project, self.project).winner_id
            query = select(Account.username).where(Account.party_id == party)
            return str(session.scalars(query.order_by(Account.username).limit(1)).one())

    def _act(self, at: datetime, who: str, step: str, form: Mapping[str, Any]) -> None:
        with self.player.at(at):
            self.player.complete(who, self.instance, step, form)
