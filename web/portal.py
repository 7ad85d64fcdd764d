"""The portal's own pages: home, check, open data; signed out, for everybody."""

from flask import Blueprint, Response, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.notice import NOTICE_TITLES, NoticeKind
from models.selection import receipts
from models.session import reading
from models.settings import ROOT
from processes.open_data import figures, log, notices, results
from processes.open_data.result_list import ResultQuery, list_results
from web import bulletins
from web.access import guard
from web.public_filters import EVERYWHERE
from web.shell import chosen_county

blueprint = Blueprint("portal", __name__)
guard(blueprint, public=True)

KINDS = [(kind.value, title) for kind, title in NOTICE_TITLES.items()]
CALLS = [
    ("/api/v1/public/notices", "公告列表，可按类别、区县、关键词查询"),
    ("/api/v1/public/projects/{id}", "一个项目公开的内容"),
    ("/api/v1/public/draws/{id}/proof", "一次选取的证明文件，结果公布后公开"),
    ("/api/v1/public/projects/{id}/opening", "竞价选取的开启记录，结果公布后公开"),
    ("/api/v1/public/log/checkpoint", "日志最新的检查点，带签名"),
    ("/api/v1/public/log/entries?from=0&limit=100", "日志条目"),
    ("/api/v1/public/log/inclusion?seq=0&size=1", "某一条在日志里的证明"),
    ("/api/v1/public/log/consistency?first=1&second=2", "日志只增不改的证明"),
]
LONGEST_RECEIPT = 4096
VERIFIER = ROOT / "models" / "selection" / "verifier.py"


@blueprint.get("/")
def home() -> str:
    """Show the newest notices, this week's figures and the log's newest checkpoint."""
    county = chosen_county()
    is_one = county is not None and not county.is_whole
    code = county.code if county and is_one else ""
    with reading() as session:
        return render_template(
            "portal/home.html",
            place=county.name if county and is_one else "",
            code=code or EVERYWHERE,
            figures=figures.home_figures(session, code),
            kinds=KINDS,
            tenders=notices.latest(session, NoticeKind.TENDER_NOTICE, code, limit=6),
            awards=list_results(session, ResultQuery(county=code, limit=6)).items,
            changes=notices.latest_changes(session, code, limit=4),
            checkpoint=log.newest_head(session),
            bulletins=bulletins.newest(session, code),
        )


@blueprint.get("/check")
def check() -> str:
    """Check a proof or look a ticket up."""
    ticket = request.args.get("ticket", "").strip().lower()[:32]
    with reading() as session:
        found = results.find_ticket(session, ticket) if ticket else None
        return _check_page(session, ticket=ticket, found=found)


@blueprint.post("/check")
def check_receipt() -> ResponseReturnValue:
    """Say whether a receipt was signed here, and where its ticket stands once that is public."""
    text = request.form.get("receipt", "").strip()[:LONGEST_RECEIPT]
    settings = current_app.extensions["settings"]
    with reading() as session:
        slip = receipts.parse(text)
        is_genuine = receipts.is_genuine(session, settings, slip)
        ticket = str(slip.get("ticket", "")) if is_genuine else ""
        page = _check_page(
            session,
            receipt=text,
            slip=slip,
            is_genuine=is_genuine,
            found=results.find_ticket(session, ticket) if ticket else None,
        )
    return page, 200 if is_genuine else 422


def _check_page(session: Session, **values: object) -> str:
    return render_template("portal/check.html", checkpoint=log.newest_head(session), **values)


@blueprint.get("/open-data")
def open_data() -> str:
    """List the open interface and the log's public key."""
    with reading() as session:
        return render_template(
            "portal/open_data.html",
            calls=CALLS,
            log_key=log.public_key(session, current_app.extensions["settings"]),
        )


@blueprint.get("/verifier")
def verifier() -> Response:
    """Hand out the single-file verifier, byte for byte the one the platform itself uses."""
    return send_file(
        VERIFIER, mimetype="text/x-python", as_attachment=True, download_name="smallworks-verify.py"
    )
