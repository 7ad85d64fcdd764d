"""What stops a selection, act by act: an outage reported and put off, a cancelling asked for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from processes.demo.player import Player

CENTRE, LEADER = "dz.centre", "dz.leader"
CAUSE = "片区线路检修，交易中心停电停网"
REASON = "施工范围有重大调整，原名单已不适用，申请取消本次选取。"
OPINION = "理由充分，同意取消，请做好解释。"


class Interruptions:
    """Acts of a story whose list is frozen and whose draw is not opening yet."""

    player: Player
    owner: str
    instance: str

    def report_outage(
        self, at: datetime, began: datetime, recovered: datetime, cause: str = CAUSE
    ) -> str:
        """Report an outage as the centre and let the selection stop; return the report's case."""
        with self.player.at(at):
            report = self.player.start(CENTRE, "outage_report", about=self.instance)
        self.fill_report(at, report, began, recovered, cause)
        return report

    def fill_report(
        self, at: datetime, report: str, began: datetime, recovered: datetime, cause: str = CAUSE
    ) -> None:
        """Fill in a report that was begun."""
        form = {"outage_began": _local(began), "outage_recovered": _local(recovered)}
        self._do(at, CENTRE, report, "report_outage", {**form, "outage_cause": cause})
        with self.player.at(at):
            self.player.deliver_messages()

    def set_new_time(self, at: datetime, to: datetime, remark: str = "") -> None:
        """Put the selection off as the centre."""
        form = {"new_selection_at": _local(to)} | (
            {"postponement_remark": remark} if remark else {}
        )
        self._do(at, CENTRE, self.instance, "set_new_time", form)

    def ask_to_cancel(self, at: datetime, reason: str = REASON) -> str:
        """Ask for the cancelling as the owner, with a stamped letter; return the request's case."""
        with self.player.at(at):
            request = self.player.start(self.owner, "cancellation_request", about=self.instance)
            letter = self.player.upload(self.owner, "取消选取申请.pdf", "取消选取申请", reason)
        form = {
            "cancellation_reason": reason,
            "cancellation_letter": letter,
            "understands_cancellation": True,
        }
        self._do(at, self.owner, request, "fill_cancellation", form)
        return request

    def decide_cancelling(self, at: datetime, request: str, *, approved: bool = True) -> None:
        """Approve or refuse as the centre's leader; the case hears of an approval."""
        form = {"cancellation_decision": "approved" if approved else "refused"}
        form["cancellation_opinion"] = OPINION if approved else "理由不充分，请按公告的时间选取。"
        self._do(at, LEADER, request, "approve_cancellation", form)
        with self.player.at(at):
            self.player.deliver_messages()

    def cancel_selection(self, at: datetime) -> str:
        """Ask and approve at one moment."""
        request = self.ask_to_cancel(at)
        self.decide_cancelling(at, request)
        return request

    def _do(
        self, at: datetime, who: str, instance: str, step: str, form: Mapping[str, Any]
    ) -> None:
        with self.player.at(at):
            self.player.complete(who, instance, step, form)


def _local(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")
