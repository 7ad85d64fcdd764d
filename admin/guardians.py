"""Guardians: who keeps which key, whether each is ready, and the ceremony that replaces a key."""

from typing import Any

from flask import current_app, g
from flask_admin import expose
from sqlalchemy.orm import Session
from wtforms import BooleanField, Form, SelectField, StringField, TextAreaField, validators

from admin.editing import REQUIRED, Answer, EditView, text_of
from admin.view import AUDIT, READING, SYSTEM
from models.base import Base
from models.clock import system_now
from models.errors import ForbiddenError
from models.identity.account import Account
from models.selection import guardian_rehearsals, guardian_roster
from models.selection.guardian_readiness import PLACES, place_of
from models.selection.guardian_roster import Keeper
from models.selection.guardians import TITLES, GuardianStatus, not_ready, ready
from models.settings import Settings

KINDS = {name: f"{title}（{name}）" for name, title in TITLES.items()}
READY, FORMER = "已就绪", "已停用"
LOOKS = {READY: ("ok", "bi-check-circle"), FORMER: ("idle", "bi-circle")}


class SystemKeeperOnlyError(ForbiddenError):
    """The keeper of audit looks on and changes nothing."""

    message = "登记密钥和开始演练由系统管理员办理，您可以查看。"


class RegisterForm(Form):
    """The key ceremony: a public key brought from the guardian's own machine."""

    name = SelectField("哪一方", choices=KINDS)
    title = StringField(
        "页面上的名称", [validators.Length(max=40)], description="如“大州区纪委监委”；不改的留空"
    )
    holder = StringField(
        "保管人的用户名",
        [REQUIRED, validators.Length(max=64)],
        description="须已由安全管理员授予“密钥保管人”角色；三方须由不同的人保管",
    )
    public_key = TextAreaField(
        "公钥",
        [REQUIRED, validators.Length(max=400)],
        description="保管人在自己的机器上运行 smallworks guardian init 或 rotate 后显示的130位公钥",
    )
    confirmed = BooleanField(
        "已当面核对保管人和公钥；登记后现用的密钥立即停用，只用来开启以前的密封件",
        [validators.InputRequired("请当面核对后勾选。")],
    )


class GuardianView(EditView):
    """Guardians' names and public keys; a private key never comes here."""

    slug = "guardians"
    icon = "bi-key"
    roles = frozenset({SYSTEM, AUDIT})
    note = (
        "登记即换发：新公钥取代现用的，旧的留作开启以前的密封件。"
        "本机用口令锁定的密钥由保管人到场，用命令 smallworks guardian lock 生成。"
    )
    create_word = "登记"
    create_form_class = RegisterForm
    list_template = "keeper/guardians.html"
    shown = ("title", "kid", "place", "holder", "state", "retired_at")
    more = ("name", "public_key", "seen_at", "rehearsed_at")
    labels = {
        "title": "名称",
        "name": "标识",
        "kid": "密钥编号",
        "place": "密钥在哪里",
        "holder": "保管人",
        "state": "是否就绪",
        "retired_at": "停用时间",
        "public_key": "公钥",
    }
    column_default_sort = ("name", False)

    def cell(self, model: Any, name: str) -> str:  # noqa: ANN401
        """Say where a key lies, who keeps it and how it stands."""
        if name == "place":
            return PLACES[place_of(model)]
        if name == "holder":
            holder = READING.get(Account, model.holder_id) if model.holder_id else None
            return holder.name if holder else "—"
        if name == "state":
            found = next((one for one in self._states() if one.kid == model.kid), None)
            return FORMER if found is None else found.fault or READY
        return super().cell(model, name)

    def _states(self) -> list[GuardianStatus]:
        if "guardian_states" not in g:
            g.guardian_states = ready(READING(), _settings(), system_now())
        states: list[GuardianStatus] = g.guardian_states
        return states

    def look(self, model: Base, name: str) -> tuple[str, str]:
        """Show green, red, or nothing for a former key."""
        return LOOKS.get(self.cell(model, name), ("late", "bi-exclamation-octagon"))

    def create(self, session: Session, form: Any) -> str:  # noqa: ANN401
        """Register a public key in place of the present one."""
        _must_keep_the_system()
        keeper = Keeper(form.name.data, text_of(form.title), text_of(form.holder))
        key = "".join(text_of(form.public_key).split())
        row = guardian_roster.register(session, _settings(), g.actor, keeper, key)
        return f"登记保管方 {row.name} 的公钥 {row.kid}，保管人 {keeper.holder}"

    @expose("/rehearse/", methods=("POST",))
    def rehearse(self) -> Answer:
        """Begin a rehearsal now."""
        _must_keep_the_system()

        def act(session: Session) -> str:
            guardian_rehearsals.begin(session, _settings(), g.actor)
            return "开始保管方演练"

        return self.act("admin.changed", act)


def away() -> int:
    """Count the guardians that would not answer."""
    return len(not_ready(READING(), _settings(), system_now()))


def _must_keep_the_system() -> None:
    if SYSTEM not in g.actor.roles:
        raise SystemKeeperOnlyError


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
