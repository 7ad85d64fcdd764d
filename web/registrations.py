"""My registrations: a contractor's own tickets with state, next step, result and receipt."""

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from models.notice import NOTICE_TITLES
from models.project import METHOD_TITLES, Project
from models.selection import interests, receipts, registration_words, registrations
from models.selection.auction_stages import STAGE_TITLES
from models.selection.interest_errors import NotJoinedError
from models.selection.registration import Registration
from models.selection.registration_words import RESULTS, next_step, result
from models.selection.tables import Draw
from models.session import reading
from models.settings import Settings
from processes.letters.receipt_pdf import receipt_pdf, receipt_words
from processes.open_data.notices import published_of
from processes.open_data.rounds import rounds_of
from processes.open_data.steps import project_steps
from processes.registration_status import own_candidate
from web.access import guard, require_actor
from web.case_parts import summary
from web.lists import Column, Filter, Listing, ListSpec, wants_export
from web.rows_in_memory import page_of

blueprint = Blueprint("registrations", __name__, url_prefix="/registrations")
guard(blueprint, roles=("contractor",))


@blueprint.get("")
def mine() -> ResponseReturnValue:
    """List what the enterprise joined, narrowed and paged by the address."""
    listing = Listing(SPEC)
    with reading() as session:
        party = interests.party_of(session, require_actor())
        every = registrations.my_registrations(session, _settings(), party)
        found = [one for one in every if _is_asked_for(listing, one)]
        if wants_export():
            return listing.export(found)
        page = page_of(found, listing)
        return render_template(
            "contractor/registrations.html",
            party=party,
            listing=listing,
            page=page,
            results={one.ticket: result(one) for one in page.items},
            result_titles=RESULTS,
            next_steps={one.ticket: next_step(one) for one in page.items},
            lacking={
                one.ticket: registration_words.why_out(session, party, one) for one in page.items
            },
            remedy=registration_words.remedy,
        )


@blueprint.get("/<draw_id>")
def show(draw_id: str) -> str:
    """Show one registration: where the project stands, its notices, how oneself fared in it."""
    actor = require_actor()
    with reading() as session:
        party = interests.party_of(session, actor)
        mine = registrations.my_registrations(session, _settings(), party)
        one = next((each for each in mine if each.draw.id == draw_id), None)
        if one is None:
            raise NotJoinedError
        notices = published_of(session, one.project.id)
        return render_template(
            "contractor/registration.html",
            one=one,
            project=one.project,
            result=RESULTS[result(one)],
            next_step=next_step(one),
            lacking=registration_words.why_out(session, party, one),
            remedy=registration_words.remedy,
            facts=summary(session, one.project, actor),
            notices=notices,
            notice_titles=NOTICE_TITLES,
            steps=project_steps(one.project, notices, rounds_of(session, one.project.id)),
            own=own_candidate(session, one.draw, party),
        )


@blueprint.get("/<draw_id>/receipt")
def receipt(draw_id: str) -> ResponseReturnValue:
    """Show the signed receipt of the enterprise's ticket, to print or to keep as a file."""
    settings = _settings()
    with reading() as session:
        party = interests.party_of(session, require_actor())
        draw = session.get(Draw, draw_id)
        row = interests.own_row(session, settings, draw, party) if draw else None
        if draw is None or row is None:
            raise NotJoinedError
        project = session.get_one(Project, draw.project_id)
        slip = receipts.make(session, settings, draw, project, row)
        if request.args.get("download"):
            answer = jsonify(slip)
            answer.headers["Content-Disposition"] = f"attachment; filename=receipt-{draw.id}.json"
            return answer
        return render_template(
            "contractor/receipt.html", slip=slip, project=project, party=party, blind=row.blind
        )


@blueprint.get("/<draw_id>/receipt.pdf")
def receipt_file(draw_id: str) -> Response:
    """Hand out the receipt as a stamped PDF; it is made now and stored nowhere."""
    settings = _settings()
    with reading() as session:
        party = interests.party_of(session, require_actor())
        draw = session.get(Draw, draw_id)
        row = interests.own_row(session, settings, draw, party) if draw else None
        if draw is None or row is None:
            raise NotJoinedError
        project = session.get_one(Project, draw.project_id)
        slip = receipts.make(session, settings, draw, project, row)
        words = receipt_words(session, settings, slip, project, party)
    answer = Response(receipt_pdf(words, settings), mimetype="application/pdf")
    name = f"receipt-{slip['number']}.pdf"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_asked_for(listing: Listing, one: Registration) -> bool:
    project = one.project
    text = f"{project.title} {project.number} {project.owner.name} {one.ticket}".lower()
    return (
        listing.q.lower() in text
        and listing.values["result"] in ("", result(one))
        and listing.values["stage"] in ("", one.stage)
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


SPEC = ListSpec(
    title="我的参与",
    search_hint="项目名称、编号、业主、票号",
    columns=(
        Column(label="项目", value=lambda one: one.project.title),
        Column(label="项目编号", value=lambda one: one.project.number),
        Column(label="项目业主", value=lambda one: one.project.owner.name),
        Column(label="轮次", value=lambda one: one.draw.round + 1),
        Column(label="票号", value=lambda one: one.ticket),
        Column(label="选取方式", value=lambda one: METHOD_TITLES[one.project.method]),
        Column(label="选取时间", value=lambda one: one.draw.not_before),
        Column(label="状态", value=lambda one: one.state),
        Column(label="下一步", value=next_step),
        Column(label="结果", value=lambda one: RESULTS[result(one)]),
    ),
    filters=(
        Filter(name="stage", label="竞价项目", options=tuple(STAGE_TITLES.items())),
        Filter(name="result", label="结果", options=tuple(RESULTS.items())),
    ),
)
