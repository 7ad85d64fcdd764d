"""Parties, looked at; accounts, kept by the keeper of security."""

from typing import Any

from flask import request
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from wtforms import BooleanField, EmailField, Form, PasswordField, StringField, validators

from admin.editing import REQUIRED, Answer, EditView, text_of
from admin.view import SECURITY, LookView
from admin.words import choices
from models.clock import system_now
from models.errors import ConflictError, NotFoundError
from models.identity import credentials, granting
from models.identity.account import Account
from models.identity.party import Party, PartyStatus
from models.ids import new_id


class PartyView(LookView):
    """Parties change through enrolment."""

    slug = "parties"
    icon = "bi-building"
    roles = frozenset({SECURITY})
    note = "单位的信息通过入驻和变更流程修改，这里只能查看。"
    shown = ("name", "credit_code", "county_code", "status", "created_at")
    more = ("legal_person", "address", "contact", "mobile")
    choices = {"status": choices(PartyStatus)}
    column_searchable_list = ("name", "credit_code")
    column_default_sort = ("name", False)


class UsernameTakenError(ConflictError):
    """Another account has this name."""

    message = "用户名“{username}”已被使用，请换一个。"


class PartyUnknownError(NotFoundError):
    """No party has this credit code."""

    message = "没有统一社会信用代码为“{code}”的单位，请核对代码，或先登记单位。"


class AccountForm(Form):
    """What a keeper may set of an account."""

    name = StringField("姓名", [REQUIRED, validators.Length(max=40)])
    party = StringField(
        "所属单位的统一社会信用代码", [validators.Length(max=18)], description="没有单位的留空"
    )
    person = StringField(
        "自然人标识",
        [validators.Length(max=64)],
        description="同一个人有几个账号时填相同的标识，回避和三类管理员分设按人检查",
    )
    email = EmailField("邮箱", [validators.Length(max=255)])
    mobile = StringField("手机", [validators.Length(max=20)])


class NewAccountForm(AccountForm):
    """A new account has a name and a first password as well."""

    username = StringField(
        "用户名",
        [
            REQUIRED,
            validators.Regexp(
                r"^[a-z][a-z0-9._-]{2,63}$",
                message="须以小写字母开头，只用小写字母、数字、点、横线，3至64个字符。",
            ),
        ],
    )
    password = PasswordField(
        "初始密码", [REQUIRED], description="至少10个字符；当面告诉本人，并请其登录后修改"
    )


class ChangedAccountForm(AccountForm):
    """An account may be closed, and its password replaced."""

    active = BooleanField("启用", description="停用后立即退出所有登录")
    manages_party = BooleanField(
        "单位账号管理员", description="可以增加、停用本单位的账号，岗位限于本单位已有的"
    )
    password = PasswordField(
        "重设密码", description="不改的留空；重设后，原有登录全部退出，两步验证保持不变"
    )


class AccountView(EditView):
    """Accounts; never a password, a hash or a secret of the second step."""

    slug = "accounts"
    icon = "bi-person"
    roles = frozenset({SECURITY})
    shown = ("username", "name", "party.name", "active", "locked_until", "created_at")
    more = ("person", "email", "mobile", "failed_logins", "password_changed_at", "second_step")
    labels = {"party.name": "所属单位", "second_step": "两步验证"}
    choices = {"active": (("1", "启用"), ("0", "停用"))}
    column_searchable_list = ("username", "name")
    column_default_sort = ("username", False)
    create_form_class = NewAccountForm
    edit_form_class = ChangedAccountForm

    def get_query(self) -> Any:  # noqa: ANN401
        """Return accounts with their parties, narrowed by whether they are in use."""
        query = self.session.query(Account).options(joinedload(Account.party))
        if (active := request.args.get("active")) in ("0", "1"):
            query = query.filter(Account.active == (active == "1"))
        return query

    def cell(self, model: Any, name: str) -> str:  # noqa: ANN401
        """Say whether the second step is on; its secret stays where it is."""
        if name == "second_step":
            return "已开启" if model.tf_primary_method else "未开启"
        return super().cell(model, name)

    def values(self, row: Any) -> dict[str, Any]:  # noqa: ANN401
        """Fill the form with what it may show."""
        names = ("name", "person", "email", "mobile", "active", "manages_party")
        code = row.party.credit_code if row.party else ""
        return {**{name: getattr(row, name) for name in names}, "party": code}

    def create(self, session: Session, form: Any) -> str:  # noqa: ANN401
        """Make an account with a first password."""
        username = text_of(form.username)
        if session.scalar(select(Account.id).where(Account.username == username)):
            raise UsernameTakenError(username=username)
        account = Account(username=username, fs_uniquifier=new_id(), created_at=system_now())
        credentials.set_password(account, form.password.data)
        _fill(session, account, form)
        session.add(account)
        session.flush()
        return f"新建账号 {account.username}"

    def change(self, session: Session, row: Any, form: Any) -> str:  # noqa: ANN401
        """Change an account; closing it ends its sessions."""
        _fill(session, row, form)
        for grant in row.grants:
            granting.check_apart(session, row, grant.role)
        words = [f"修改账号 {row.username}"]
        if row.active != form.active.data:
            row.active = form.active.data
            words.append("启用" if row.active else "停用")
        if row.manages_party != form.manages_party.data:
            row.manages_party = form.manages_party.data
            words.append("设为单位账号管理员" if row.manages_party else "不再是单位账号管理员")
        if form.password.data:
            credentials.set_password(row, form.password.data)
            words.append("重设密码")
        return "，".join(words)

    def row_actions(self, model: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Offer to unlock a locked account."""
        if model.locked_until and model.locked_until > system_now():
            return [("解除锁定", self.get_url(".unlock", id=model.id))]
        return []

    @expose("/unlock/", methods=("POST",))
    def unlock(self) -> Answer:
        """Let a locked account try again at once."""

        def act(session: Session) -> str:
            account = session.get(Account, request.args.get("id", ""))
            if account is None:
                raise NotFoundError
            account.locked_until, account.failed_logins = None, 0
            return f"解除账号 {account.username} 的锁定"

        return self.act("admin.changed", act)


def _fill(session: Session, account: Account, form: Any) -> None:  # noqa: ANN401
    account.name = text_of(form.name)
    account.person = text_of(form.person)
    account.email = text_of(form.email) or None
    account.mobile = text_of(form.mobile)
    account.party_id = _party_id(session, text_of(form.party))


def _party_id(session: Session, code: str) -> str | None:
    if not code:
        return None
    found = session.scalar(select(Party.id).where(Party.credit_code == code))
    if found is None:
        raise PartyUnknownError(code=code)
    return found
