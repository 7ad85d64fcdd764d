"""Puts the back office together and mounts it under ``/admin/``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, g, render_template
from flask_admin import Admin, AdminIndexView, expose
from sqlalchemy import func, select

from admin.accounts import AccountView, PartyView
from admin.authorities import AuthorityView, unusable
from admin.flows import DefinitionView, InstanceView
from admin.grants import GrantView, TokenView
from admin.guardians import GuardianView, away
from admin.logs import LedgerView, SecurityEventView
from admin.places import CalendarView, CountyView
from admin.queues import JobView, OutboxView
from admin.secrecy import MaskView
from admin.view import AUDIT, READING, SECURITY, SYSTEM, LookView
from admin.witnesses import AlarmView, WitnessView, unwell
from models.calendar import WorkCalendar
from models.flow.definition import Definition
from models.flow.instance import Instance, InstanceStatus
from models.flow.job import Job, JobState, OutboundMessage
from models.identity.account import Account, ApiToken, Grant, SecurityEvent
from models.identity.county import County
from models.identity.key_tables import CertificateAuthority
from models.identity.party import Party
from models.ledger.tables import LedgerEntry
from models.ledger.witness_tables import Witness, WitnessAlarm
from models.selection.tables import Guardian, Mask

TEMPLATES = Path(__file__).resolve().parent / "templates"
EVERY_KEEPER = frozenset({SYSTEM, SECURITY, AUDIT})


class HomeView(AdminIndexView):
    """The first page: the screens of this keeper, and what has gone wrong."""

    roles = EVERY_KEEPER

    @expose("/")
    def index(self) -> str:
        """Show the screens this keeper may open."""
        views = [v for v in self.admin._views if isinstance(v, LookView) and v.is_accessible()]  # noqa: SLF001
        return render_template(
            "keeper/home.html",
            views=views,
            figures=_figures(),
            admin_view=self,
            lacks_second_step=_lacks_second_step(),
        )


def mount(app: Flask) -> Iterator[tuple[Blueprint, frozenset[str]]]:
    """Register every screen; yield each blueprint with the keepers it is for."""
    home = HomeView(name="后台", url="/admin", template="keeper/home.html")
    admin = Admin(app, name="后台", index_view=home)
    for view in _views():
        admin.add_view(view)
    app.teardown_request(_close)
    for view in admin._views:  # noqa: SLF001
        yield view.blueprint, view.roles


def _views() -> Sequence[LookView]:
    return (
        InstanceView(Instance, "办件"),
        DefinitionView(Definition, "流程版本"),
        JobView(Job, "后台任务"),
        OutboxView(OutboundMessage, "发件箱"),
        CountyView(County, "区县"),
        CalendarView(WorkCalendar, "工作日历"),
        GuardianView(Guardian, "保管人"),
        MaskView(Mask, "屏蔽"),
        AccountView(Account, "账号"),
        GrantView(Grant, "角色"),
        PartyView(Party, "单位"),
        TokenView(ApiToken, "令牌"),
        SecurityEventView(SecurityEvent, "安全事件"),
        LedgerView(LedgerEntry, "业务日志"),
        WitnessView(Witness, "见证方"),
        AlarmView(WitnessAlarm, "见证警报"),
        AuthorityView(CertificateAuthority, "证书颁发机构"),
    )


def _lacks_second_step() -> bool:
    query = select(Account.tf_primary_method).where(Account.id == g.actor.account_id)
    return READING.scalar(query) is None


def _figures() -> list[tuple[str, int, str]]:
    """Return what needs a keeper: words, count, the list it opens."""
    place = "/admin/guardians/" if g.actor.roles & GuardianView.roles else "/admin/"
    log = [("失联或报警的见证方", unwell(), "/log"), ("未就绪的保管方", away(), place)]
    if SECURITY in g.actor.roles:
        lists = ("缺吊销列表的颁发机构", unusable(), "/admin/authorities/")
        log = [*log, lists]
    if SYSTEM not in g.actor.roles:
        return log
    failed = select(func.count()).where(Instance.status == InstanceStatus.FAILED)
    dead = select(func.count()).where(Job.state == JobState.DEAD)
    unsent = select(func.count()).where(OutboundMessage.state == JobState.DEAD)
    return [
        ("故障的办件", READING.scalar(failed) or 0, "/admin/instances/?status=failed"),
        ("失败的任务", READING.scalar(dead) or 0, "/admin/jobs/?state=dead"),
        ("没有发出的消息", READING.scalar(unsent) or 0, "/admin/outbox/?state=dead"),
        *log,
    ]


def _close(_error: Any) -> None:  # noqa: ANN401
    READING.remove()


__all__ = ["TEMPLATES", "mount"]
