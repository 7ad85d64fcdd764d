"""Roles given to accounts, and the tokens of their programs."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import g, request
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from wtforms import Form, SelectField, StringField

from admin.editing import REQUIRED, Answer, EditView, text_of
from admin.view import READING, SECURITY
from models.clock import system_now
from models.errors import InvalidError, NotFoundError
from models.identity import granting
from models.identity.account import Account, ApiToken, Grant
from models.identity.actor import EVERYWHERE
from models.identity.county import County
from processes.role_titles import base_titles, county_titles, role_titles


class RoleElsewhereError(InvalidError):
    """A county's own role is given in that county alone."""

    message = "“{role}”是{county}自己的角色，只能在那里授予，请改选区县。"


class OfferedRoles(Mapping[str, tuple[tuple[str, str], ...]]):
    """The roles to narrow the list by: counties have new ones while the site runs."""

    def __getitem__(self, name: str) -> tuple[tuple[str, str], ...]:
        if name != "role":
            raise KeyError(name)
        return tuple(role_titles().items())

    def __iter__(self) -> Iterator[str]:
        return iter(("role",))

    def __len__(self) -> int:
        return 1


class GrantForm(Form):
    """A role for an account in a county."""

    username = StringField("用户名", [REQUIRED])
    role = SelectField("角色", choices={})
    county = SelectField("区县", validate_choice=True)


class GrantView(EditView):
    """Roles are given and taken, never changed."""

    slug = "grants"
    icon = "bi-person-badge"
    roles = frozenset({SECURITY})
    note = "系统、安全、审计三类管理员必须由不同的人担任；角色不能改，只能收回后重新授予。"
    create_word = "授予"
    shown = ("account.username", "account.name", "role", "county_code")
    labels = {"account.username": "用户名", "account.name": "姓名"}
    column_searchable_list = ("account.username", "account.name")
    choices = OfferedRoles()
    column_default_sort = ("account_id", False)
    can_view_details = False
    create_form_class = GrantForm

    def get_query(self) -> Any:  # noqa: ANN401
        """Return grants with their accounts."""
        return super().get_query().options(joinedload(Grant.account))

    def cell(self, model: Any, name: str) -> str:  # noqa: ANN401
        """Write roles and every county in words."""
        if name == "role":
            return role_titles().get(model.role, model.role)
        if name == "county_code" and model.county_code == EVERYWHERE:
            return "全部区县"
        return super().cell(model, name)

    def prepare(self, form: Any) -> None:  # noqa: ANN401
        """Offer the counties there are."""
        counties = READING.execute(select(County.code, County.name).order_by(County.code)).all()
        form.role.choices = dict(role_titles())
        form.county.choices = {EVERYWHERE: "全部区县", **{row.code: row.name for row in counties}}

    def create(self, session: Session, form: Any) -> str:  # noqa: ANN401
        """Give the role, unless it would join two keepers in one person."""
        account = session.scalar(select(Account).where(Account.username == text_of(form.username)))
        if account is None:
            raise NotFoundError(f"没有用户名为“{form.username.data}”的账号，请核对。")
        if account.id == g.actor.account_id:
            raise granting.OwnRoleError
        county = granting.county_of_keepers(form.role.data, form.county.data)
        _check_has(form.role.data, county)
        given = granting.grant_role(session, account, form.role.data, county)
        role, place = self.cell(given, "role"), self.cell(given, "county_code")
        return f"授予 {account.username} {role}（{place}）"

    def row_actions(self, model: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Offer to take the role back."""
        return [("收回", self.get_url(".take_back", id=model.id))]

    @expose("/take-back/", methods=("POST",))
    def take_back(self) -> Answer:
        """Take a role back; it ends with the next request of that account."""

        def act(session: Session) -> str:
            grant = session.get(Grant, request.args.get("id", ""))
            if grant is None:
                raise NotFoundError
            if grant.account_id == g.actor.account_id:
                raise granting.OwnRoleError
            words = f"收回 {grant.account.username} 的{self.cell(grant, 'role')}"
            session.delete(grant)
            return words

        return self.act("admin.removed", act)


def _check_has(role: str, county: str) -> None:
    if role in base_titles():
        return
    having = {code: own[role] for code, own in county_titles().items() if role in own}
    if county not in having:
        names = READING.execute(select(County.name).where(County.code.in_(having))).scalars()
        title = role_titles().get(role, role)
        raise RoleElsewhereError(role=title, county="、".join(names) or "别的区县")


class TokenView(EditView):
    """Tokens are made by command, shown by name, and revoked here."""

    slug = "tokens"
    icon = "bi-braces"
    roles = frozenset({SECURITY})
    note = "令牌由命令 smallworks token create 生成，只显示一次；这里可以吊销。"
    shown = ("name", "account.username", "created_at", "expires_at", "revoked_at")
    labels = {"account.username": "账号"}
    column_searchable_list = ("name", "account.username")
    column_default_sort = ("created_at", True)
    can_view_details = False

    def get_query(self) -> Any:  # noqa: ANN401
        """Return tokens with their accounts."""
        return super().get_query().options(joinedload(ApiToken.account))

    def row_actions(self, model: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Offer to revoke a token that is still good."""
        return [] if model.revoked_at else [("吊销", self.get_url(".revoke", id=model.id))]

    @expose("/revoke/", methods=("POST",))
    def revoke(self) -> Answer:
        """Revoke a token; it is refused from the next request on."""

        def act(session: Session) -> str:
            token = session.get(ApiToken, request.args.get("id", ""))
            if token is None:
                raise NotFoundError
            token.revoked_at = token.revoked_at or system_now()
            return f"吊销 {token.account.username} 的令牌“{token.name}”"

        return self.act("admin.changed", act)
