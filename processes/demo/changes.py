"""What an owner asks for during the announcement, act by act: change, pause, resume, terminate."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.project import Project
from models.session import reading
from processes.demo.player import Player

CENTRE, LEADER = "dz.centre", "dz.leader"
REASONS = {
    "change": "施工图复核后工程量有调整，原公告内容须相应变更。",
    "pause": "场地移交手续未办完，暂不具备选取条件。",
    "resume": "场地移交手续已办完，可以恢复选取。",
    "terminate": "项目资金计划调整，本年度不再实施。",
}
REFUSAL = "函件没有写明变更的依据，请补充后重新提出。"


class Changes:
    """Acts of a story whose notice is out and whose list has not frozen."""

    player: Player
    owner: str
    instance: str

    def request_change(self, at: datetime, kind: str = "change", **terms: Any) -> str:  # noqa: ANN401
        """Ask as the owner, with a stamped letter; return the request's case."""
        request = self.begin_request(at)
        self.fill_change(at, request, kind, **terms)
        return request

    def begin_request(self, at: datetime) -> str:
        """Begin a request as the owner and return its case; nothing is filled in yet."""
        with self.player.at(at):
            return self.player.start(self.owner, "change_request", about=self.instance)

    def fill_change(
        self,
        at: datetime,
        request: str,
        kind: str,
        **terms: Any,  # noqa: ANN401
    ) -> None:
        """Fill in a request that was begun; ``new_price`` and the like say what changes."""
        reason = REASONS[kind]
        with self.player.at(at):
            letter = self.player.upload(self.owner, "申请函.pdf", "公告期内申请函", reason)
        now = self._terms(request) if kind == "change" else {}
        form = {"kind": kind, "reason": reason, "change_letter": letter, **now, **terms}
        self._ask(at, self.owner, request, "fill_change", form)

    def decide_change(self, at: datetime, request: str, refusal: str = "") -> None:
        """Agree as the centre's leader, or refuse with reasons; the case hears of a consent."""
        form = {"change_decision": "refused" if refusal else "approved"}
        given = form | ({"refusal_reason": refusal} if refusal else {})
        self._ask(at, LEADER, request, "decide_change", given)
        with self.player.at(at):
            self.player.deliver_messages()

    def withdraw_change(self, at: datetime, request: str) -> None:
        """Take a request back as the owner, before the leader decides."""
        with self.player.at(at):
            self.player.take_back(self.owner, request)

    def change(self, at: datetime, kind: str = "change", **terms: Any) -> str:  # noqa: ANN401
        """Ask and agree at one moment; return the request's case."""
        request = self.request_change(at, kind, **terms)
        self.decide_change(at, request)
        return request

    def publish_pause(self, at: datetime) -> None:
        """Publish the notice of a pause as the centre."""
        form = {"pause_checked": True, "pause_remark": ""}
        self._ask(at, CENTRE, self.instance, "publish_pause", form)

    def publish_termination(self, at: datetime) -> None:
        """Publish the notice of termination as the centre."""
        form = {"termination_checked": True}
        self._ask(at, CENTRE, self.instance, "publish_termination", form)

    def _terms(self, request: str) -> dict[str, Any]:
        with reading() as session:
            project = session.get_one(Project, self.player.project(request))
            return {
                "new_price": project.ceiling_price,
                "new_scope": project.scope,
                "new_duration": project.duration_days,
                "qualification": "keep",
            }

    def _ask(
        self, at: datetime, who: str, instance: str, step: str, form: Mapping[str, Any]
    ) -> None:
        with self.player.at(at):
            self.player.complete(who, instance, step, form)
