"""Witnesses of the log, registered and retired here, and the alarms that they raised."""

from typing import Any

from flask import g, request
from flask_admin import expose
from sqlalchemy.orm import Session
from wtforms import Form, StringField, validators

from admin.editing import REQUIRED, Answer, EditView, text_of
from admin.view import AUDIT, READING, SECURITY
from models.errors import NotFoundError
from models.ledger import witness_alarms, witnesses
from models.ledger.alarm import KIND_TITLES
from models.ledger.witness_tables import Witness, WitnessAlarm


class WitnessForm(Form):
    """Who witnesses, and its key."""

    name = StringField("见证方", [REQUIRED, validators.Length(max=40)], description="单位名称")
    public_key = StringField(
        "公钥",
        [REQUIRED, validators.Length(max=200)],
        description="见证机器上 smallworks witness init 显示的一行，当面或另行核对后再登记",
    )


class WitnessView(EditView):
    """A witness is registered and retired, never changed: its key is what it is."""

    slug = "witnesses"
    icon = "bi-eye"
    roles = frozenset({SECURITY})
    note = (
        "登记后，再为见证账号授予“日志见证方”角色，用命令 smallworks token create 生成令牌。"
        "登记和停用都写入公开日志。"
    )
    create_word = "登记"
    shown = ("name", "standing", "seen_at", "added_at", "retired_at")
    more = ("public_key",)
    labels = {"standing": "状态"}
    column_searchable_list = ("name",)
    column_sortable_list = ("name", "seen_at", "added_at", "retired_at")
    column_default_sort = ("name", False)
    create_form_class = WitnessForm

    def cell(self, model: Any, name: str) -> str:  # noqa: ANN401
        """Say whether it is silent or alarmed."""
        return self._state(model) if name == "standing" else super().cell(model, name)

    def _state(self, model: Any) -> str:  # noqa: ANN401
        if model.retired_at:
            return "已停用"
        if "standings" not in g:
            g.standings = {one.id: one for one in witnesses.standings(READING())}
        standing = g.standings.get(model.id)
        if standing and standing.alarms:
            return KIND_TITLES[standing.alarms[0]]
        return "超过一天没有联系" if standing and standing.is_silent else "正常"

    def create(self, session: Session, form: Any) -> str:  # noqa: ANN401
        """Register a witness."""
        made = witnesses.register(
            session, text_of(form.name), text_of(form.public_key), actor=g.actor
        )
        return f"登记见证方 {made.name}"

    def row_actions(self, model: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Offer to retire a witness that is active."""
        return [] if model.retired_at else [("停用", self.get_url(".retire", id=model.id))]

    @expose("/retire/", methods=("POST",))
    def retire(self) -> Answer:
        """End a witness's part; what it co-signed stays."""

        def act(session: Session) -> str:
            found = session.get(Witness, request.args.get("id", ""))
            if found is None:
                raise NotFoundError
            witnesses.retire(session, found, actor=g.actor)
            return f"停用见证方 {found.name}"

        return self.act("admin.changed", act)


class AlarmView(EditView):
    """Alarms are settled by the keeper of audit, who has no hand in the machine."""

    slug = "witness_alarms"
    icon = "bi-exclamation-octagon"
    roles = frozenset({AUDIT})
    note = (
        "警报附有两份已签名的检查点。查明原因、报告监管部门之后才能标为已处理；处理写入公开日志。"
    )
    shown = ("at", "witness", "kind", "settled_at")
    more = ("evidence",)
    labels = {
        "at": "时间",
        "witness": "见证方",
        "kind": "情况",
        "settled_at": "处理时间",
        "evidence": "证据",
    }
    column_sortable_list = ("at", "settled_at")
    column_default_sort = ("at", True)

    def cell(self, model: Any, name: str) -> str:  # noqa: ANN401
        """Name the witness and say the kind in words."""
        if name == "witness":
            found = READING.get(Witness, model.witness_id)
            return found.name if found else model.witness_id
        return KIND_TITLES[model.kind] if name == "kind" else super().cell(model, name)

    def row_actions(self, model: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Offer to settle an open alarm."""
        return [] if model.settled_at else [("标为已处理", self.get_url(".settle", id=model.id))]

    @expose("/settle/", methods=("POST",))
    def settle(self) -> Answer:
        """Close an alarm; it stays on record."""

        def act(session: Session) -> str:
            found = session.get(WitnessAlarm, request.args.get("id", ""))
            if found is None:
                raise NotFoundError
            witness_alarms.settle(session, found, actor=g.actor)
            return f"见证方的警报标为已处理：{KIND_TITLES[found.kind]}"

        return self.act("admin.changed", act)


def unwell() -> int:
    """Return how many active witnesses are silent or alarmed."""
    return sum(not one.is_well for one in witnesses.standings(READING()))
