"""One project's way through a comparison (比选), by its owner alone or through an agency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models.identity.account import Account
from models.selection import comparisons
from models.session import reading
from processes.demo.afterwards import Afterwards
from processes.demo.player import Player
from processes.demo.story import local

FLOW = "comparative_selection"
SELF, ENTRUSTED = "self_managed", "entrusted"
TOWN, AGENCY = "hr.town", "hr.agency"
PASSED, FAILED = "资质、安全生产许可证齐全有效。", "没有提供本年度的安全生产许可证。"


@dataclass(frozen=True, kw_only=True)
class Works:
    """What the owner has built."""

    title: str = "枫泉镇中心小学操场看台维修工程"
    works_type: str = "房屋建筑"
    location: str = "枫泉镇中心小学院内"
    scope: str = "拆除并更换看台面层320平方米，修补混凝土踏步，更换栏杆46米。"
    ceiling_price: int = 26_800_000
    duration_days: int = 30
    funding: str = "镇级财政，已落实"
    qualification: str = "building_general"
    level: str = "3"

    def form(self) -> dict[str, Any]:
        """Return the values as the form's fields hold them."""
        return {**self.__dict__, "is_truthful": True}


class Comparing(Afterwards):
    """Plays one case; each method is one act at one moment."""

    def __init__(
        self,
        player: Player,
        works: Works,
        *,
        management: str = SELF,
        town: str = TOWN,
        agency: str = AGENCY,
    ) -> None:
        self.player, self.works, self.management = player, works, management
        self.owner, self.agency = town, agency
        self.instance = self.project = ""

    @property
    def organiser(self) -> str:
        """The user name of who carries the contracting out."""
        return self.agency if self.management == ENTRUSTED else self.owner

    def start(self, at: datetime) -> None:
        """Start the case as the town; nothing is filled in yet."""
        with self.player.at(at):
            self.instance = self.player.start(self.owner, FLOW)

    def initiate(self, at: datetime, **changes: Any) -> None:  # noqa: ANN401
        """Fill in project and organisation form as the town."""
        form = {**self.works.form(), "management": self.management}
        if self.management == ENTRUSTED:
            form["agency"] = self.party(self.agency)
        self._act(at, self.owner, "fill_initiation", {**form, **changes})
        self.project = self.player.project(self.instance)

    def draft(self, at: datetime, closes_at: datetime, remark: str = "") -> None:
        """Draft the tender notice as the organiser."""
        words = remark or "报名时上传资质证书和安全生产许可证；比选采用综合评议，时间地点另行通知。"
        form = {"closes_at": local(closes_at), "notice_remark": words}
        self._act(at, self.organiser, "draft_tender_notice", form)

    def publish_notice(self, at: datetime, decision: str = "publish") -> None:
        """Publish the drafted notice as the organiser, or have it drafted anew."""
        form = {"notice_decision": decision}
        self._act(at, self.organiser, "publish_tender_notice", form)

    def announce(self, at: datetime, closes_at: datetime) -> None:
        """Draft and publish the notice."""
        self.draft(at, closes_at)
        self.publish_notice(at)

    def register(self, at: datetime, *contractors: int) -> None:
        """Contractors register by their numbers."""
        with self.player.at(at):
            for number in contractors:
                name = f"hr.contractor{number:02d}"
                self.player.join(name, self.project, contact="项目负责人，见名册登记电话")

    def wake(self, at: datetime) -> None:
        """Let the worker find what has come due."""
        with self.player.at(at):
            self.player.wake(self.instance)

    def review(self, at: datetime, failed: Iterable[int] = ()) -> None:
        """Review everybody who registered as the organiser; these contractors do not pass."""
        out = {self.party(f"hr.contractor{number:02d}") for number in failed}
        rows = [
            {"decision": "fail", "reason": FAILED}
            if party in out
            else {"decision": "pass", "reason": PASSED}
            for party in self.candidates()
        ]
        form = {"candidates": rows, "review_is_final": True}
        self._act(at, self.organiser, "qualification_review", form)

    def compare(self, at: datetime, offers: Mapping[int, int], **changes: Any) -> None:  # noqa: ANN401
        """Hand in the comparison as the organiser: contractor → offer, ranked as they stand."""
        ranked = {self.party(f"hr.contractor{one:02d}"): price for one, price in offers.items()}
        ranks = {party: rank for rank, party in enumerate(ranked, start=1)}
        rows = [
            {
                "price": ranked.get(party),
                "rank": ranks.get(party),
                "rank_reason": "方案可行、报价合理。" if party in ranked else "没有按时报价。",
            }
            for party in self.candidates(passed_only=True)
        ]
        with self.player.at(at):
            form = {"comparison_outcome": "recommend", "offers": rows, **self._record(), **changes}
            self.player.complete(self.organiser, self.instance, "compare_candidates", form)

    def recommend_nobody(self, at: datetime) -> None:
        """Hand in that nobody can be recommended."""
        with self.player.at(at):
            form = {"comparison_outcome": "none", **self._record()}
            self.player.complete(self.organiser, self.instance, "compare_candidates", form)

    def _record(self) -> dict[str, Any]:
        lines = ("比选记录", self.works.title, "参加人员签字：略")
        return {
            "method": "综合评议：报价占六成，施工方案占四成。",
            "participants": "温砚（枫泉镇规划建设办）\n贺行舟（枫泉镇财政所）\n简宁（监督人员）",
            "recommendation": "报价合理，施工方案对学校上课影响最小。",
            "comparison_record": self.player.upload(self.organiser, "比选记录.pdf", *lines),
            "comparison_is_final": True,
        }

    def publish(self, at: datetime, decision: str = "publish") -> None:
        """Publish the award as the organiser, or have the ranking made anew."""
        self._act(at, self.organiser, "publish_award", {"award_decision": decision})

    def decide_after_failure(self, at: datetime, choice: str, reason: str) -> None:
        """Repeat or end the project as the town."""
        form = {"after_failure": choice, "failure_reason": reason}
        self._act(at, self.owner, "decide_after_comparison", form)

    def correct(self, at: datetime, text: str, **changes: Any) -> str:  # noqa: ANN401
        """File a corrigendum as the organiser and let the case hear it; return its case."""
        request = self.ask_to_correct(at)
        self.file_corrigendum(at, request, text, **changes)
        with self.player.at(at):
            self.player.deliver_messages()
        return request

    def ask_to_correct(self, at: datetime) -> str:
        """Begin a corrigendum as the organiser; return its case."""
        with self.player.at(at):
            about = self.instance
            return self.player.start(self.organiser, "corrigendum_request", about=about)

    def file_corrigendum(self, at: datetime, request: str, text: str, **changes: Any) -> None:  # noqa: ANN401
        """Fill the corrigendum in; what is not said stays."""
        terms = {
            "new_price": self.works.ceiling_price,
            "new_scope": self.works.scope,
            "new_duration": self.works.duration_days,
        }
        form = {"correction": text, **terms, **changes}
        with self.player.at(at):
            self.player.complete(self.organiser, request, "fill_corrigendum", form)

    def terminate(self, at: datetime, reason: str) -> str:
        """End the project as the town and let the case hear it; return the request's case."""
        request = self.ask_to_terminate(at, reason)
        with self.player.at(at):
            self.player.deliver_messages()
        return request

    def begin_termination(self, at: datetime) -> str:
        """Begin the notice of termination as the town; return its case."""
        with self.player.at(at):
            about = self.instance
            return self.player.start(self.owner, "termination_request", about=about)

    def ask_to_terminate(self, at: datetime, reason: str) -> str:
        """Hand in the notice of termination; the project's case has not heard it yet."""
        request = self.begin_termination(at)
        form = {"termination_reason": reason, "understands_termination": True}
        with self.player.at(at):
            self.player.complete(self.owner, request, "fill_termination", form)
        return request

    def candidates(self, *, passed_only: bool = False) -> list[str]:
        """Return the parties in the order of the forms' rows."""
        with reading() as session:
            comparison = comparisons.current(session, self.project)
            listed = sorted(comparison.candidates, key=lambda one: one.place)
            return [one.party_id for one in listed if one.passed or not passed_only]

    def party(self, username: str) -> str:
        """Return the id of the organisation of an account."""
        with reading() as session:
            query = select(Account.party_id).where(Account.username == username)
            return str(session.scalars(query).one())
