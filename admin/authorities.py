"""Certificate authorities that counties trust, and their lists of the revoked."""

from typing import Any

from flask import render_template, request
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Form, SelectField, StringField, TextAreaField, validators

from admin.editing import REQUIRED, Answer, EditView, text_of
from admin.view import READING, SECURITY
from models.clock import system_now
from models.errors import NotFoundError, SmallworksError
from models.identity import authorities, certificates
from models.identity.actor import EVERYWHERE
from models.identity.county import County
from models.identity.key_tables import CertificateAuthority


class AuthorityForm(Form):
    """Whom to trust, and where."""

    name = StringField("名称", [REQUIRED, validators.Length(max=100)], description="机构全称")
    county = SelectField("区县", validate_choice=True, description="证书在哪个区县可以使用")
    certificate = TextAreaField(
        "证书（PEM）",
        [REQUIRED, validators.Length(max=20_000)],
        description="直接签发用户证书的那一级机构的证书，当面或由公文取得，另行核对指纹后再登记",
    )


class AuthorityView(EditView):
    """An authority is registered and retired; its list of the revoked is loaded again and again."""

    slug = "authorities"
    icon = "bi-patch-check"
    roles = frozenset({SECURITY})
    note = (
        "这里登记的机构颁发的证书可以绑定账号、登录和确认办理。没有载入吊销列表，或列表过期，"
        "它的证书一律不能使用。"
    )
    create_word = "登记"
    shown = ("name", "county_code", "standing", "crl_expires_at", "added_at", "retired_at")
    more = ("fingerprint", "crl_issued_at", "crl_loaded_at", "certificate")
    labels = {"standing": "状态", "certificate": "证书"}
    column_searchable_list = ("name",)
    column_sortable_list = ("name", "crl_expires_at", "added_at", "retired_at")
    column_default_sort = ("name", False)
    create_form_class = AuthorityForm

    def cell(self, model: Any, name: str) -> str:  # noqa: ANN401
        """Say whether its certificates can be checked."""
        if name == "county_code" and model.county_code == EVERYWHERE:
            return "全部区县"
        return _standing(model) if name == "standing" else super().cell(model, name)

    def prepare(self, form: Any) -> None:  # noqa: ANN401
        """Offer the counties there are."""
        counties = READING.execute(select(County.code, County.name).order_by(County.code)).all()
        form.county.choices = {**{row.code: row.name for row in counties}, EVERYWHERE: "全部区县"}

    def create(self, session: Session, form: Any) -> str:  # noqa: ANN401
        """Trust an authority."""
        made = authorities.register(
            session, text_of(form.name), form.county.data, text_of(form.certificate)
        )
        return f"登记颁发机构 {made.name}（{made.county_code}，指纹{made.fingerprint[:16]}）"

    def row_links(self, model: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Add the way to a newer list."""
        links = super().row_links(model)
        if not model.retired_at:
            links.append(("载入吊销列表", self.get_url(".load_crl", id=model.id)))
        return links

    def row_actions(self, model: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Offer to retire an authority that is trusted."""
        return [] if model.retired_at else [("停用", self.get_url(".retire", id=model.id))]

    @expose("/crl/", methods=("GET", "POST"))
    def load_crl(self) -> Answer:
        """Show the form for a file, or load it."""
        row = READING.get(CertificateAuthority, request.args.get("id", ""))
        if row is None:
            raise NotFoundError
        if request.method == "GET":
            return self._crl_page(row)
        given = request.files.get("crl")
        data = given.read() if given else b""

        def act(session: Session) -> str:
            found = session.get_one(CertificateAuthority, row.id)
            authorities.load_crl(session, found, data)
            return f"载入 {found.name} 的吊销列表，有效期至{_until(found)}"

        try:
            return self.act("admin.changed", act)
        except SmallworksError as error:
            return self._crl_page(row, error.text), 422

    @expose("/retire/", methods=("POST",))
    def retire(self) -> Answer:
        """Trust an authority no more: its certificates open nothing from this moment."""

        def act(session: Session) -> str:
            found = session.get(CertificateAuthority, request.args.get("id", ""))
            if found is None:
                raise NotFoundError
            found.retired_at = system_now()
            return f"停用颁发机构 {found.name}（{found.county_code}）"

        return self.act("admin.changed", act)

    def _crl_page(self, row: CertificateAuthority, error: str = "") -> str:
        return render_template(
            "keeper/crl.html",
            row=row,
            until=_until(row),
            error=error,
            back=self.get_url(".index_view"),
            admin_view=self,
        )


def _until(row: CertificateAuthority) -> str:
    return certificates.day(row.crl_expires_at) if row.crl_expires_at else ""


def _standing(row: CertificateAuthority) -> str:
    if row.retired_at:
        return "已停用"
    if row.crl_expires_at is None:
        return "没有吊销列表，证书不能使用"
    if row.crl_expires_at < system_now():
        return "吊销列表已过期，证书不能使用"
    return "正常"


def unusable() -> int:
    """Return how many trusted authorities have no list of the revoked in force."""
    query = select(CertificateAuthority).where(CertificateAuthority.retired_at.is_(None))
    return sum(_standing(row) != "正常" for row in READING.scalars(query))
