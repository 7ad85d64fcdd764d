"""Registration (立即入驻): a new organisation's first account, straight to its first step."""

from flask import Blueprint, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.instance import Instance
from models.identity.account import Account
from models.identity.county import County
from models.identity.loading import actor_of
from models.identity.registration import (
    Registration,
    RegistrationInvalidError,
    RegistrationRefusedError,
    clean,
    note_refusal,
    register,
)
from models.roster import enrolments
from models.session import reading, unit_of_work
from web.access import guard
from web.auth.sessions import open_session
from web.shell import chosen_county
from web.work_item import engine, next_item

KINDS = (
    ("contractor", "施工企业", "填写企业信息和资质，经主管部门核实后参与项目"),
    ("owner", "项目业主", "机关、事业单位、乡镇街道等；填写单位信息，提交后即可报建项目"),
    ("agency", "代理机构", "受业主委托组织发包；经主管部门核实后办理业务"),
    ("supervisor", "监理单位", "填写监理资质，经主管部门核实后上传监理报告"),
    ("auditor", "审计单位", "经主管部门核实后上传审计报告"),
    ("review_body", "评审机构", "经主管部门核实后列入名册库"),
)
"""Each kind of organisation with its word and with what becomes of its registration."""
LABELS = {
    "kind": "注册为",
    "county": "区县",
    "name": "单位名称",
    "credit_code": "统一社会信用代码",
    "contact": "经办人姓名",
    "mobile": "经办人手机",
    "username": "用户名",
    "password": "密码",
    "again": "再输一次密码",
    "agrees": "同意",
}

blueprint = Blueprint("register", __name__, url_prefix="/register")
guard(blueprint, public=True)


@blueprint.get("")
def show() -> ResponseReturnValue:
    """Show the registration form; who has an account already is sent to it."""
    if g.actor is not None:
        return redirect("/desk", 303)
    kind = request.args.get("kind", "")
    chosen = chosen_county()
    given = Registration(kind=kind, county=chosen.code if chosen else "")
    return _page(given, {})


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Make account and organisation, start the enrolment and open its first step: all or none."""
    given = clean({name: request.form.get(name, "")[:200] for name in LABELS})
    try:
        with unit_of_work() as session:
            account = register(session, given, request.remote_addr or "")
            instance = _start(session, account, given)
    except RegistrationRefusedError as error:
        with unit_of_work() as session:
            note_refusal(session, given, request.remote_addr or "")
        return _page(given, {}, error.text), 422
    except RegistrationInvalidError as error:
        return _page(given, error.fields), 422
    open_session(account)
    with reading() as session:
        actor = actor_of(session, account.id)
        first = next_item(session, instance.id, actor) if actor else None
    flash("注册成功。请接着填写资料，填过的内容会自动保存，随时可以离开再回来。", "ok")
    return redirect(f"/work-items/{first.id}" if first else f"/cases/{instance.id}", 303)


def _start(session: Session, account: Account, given: Registration) -> Instance:
    actor = actor_of(session, account.id)
    if actor is None:
        raise LookupError(account.id)
    flow, data = enrolments.flow_of(given.kind), {"kind": given.kind}
    return engine(session).start(flow, given.county, data, actor=actor)


def _page(given: Registration, errors: dict[str, str], problem: str = "") -> str:
    with reading() as session:
        is_parent = select(County.parent_code).where(County.parent_code.is_not(None))
        open_ones = select(County).where(County.is_open).order_by(County.code)
        counties = list(session.scalars(open_ones))
        whole = set(session.scalars(is_parent))
    return render_template(
        "register/show.html",
        given=given,
        errors=errors,
        problem=problem,
        labels=LABELS,
        kinds=KINDS,
        counties=[one for one in counties if one.code not in whole] or counties,
    )
