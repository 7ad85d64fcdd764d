"""Every blueprint of the site, by name: what is not listed here does not exist."""

from flask import Flask
from flask_limiter import Limiter
from flask_openapi3 import APIBlueprint, OpenAPI

from web import (
    assets,
    auth,
    batch_review,
    bulletin_desk,
    bulletins,
    case,
    case_requests,
    ceremony,
    colleagues,
    conduct,
    credit,
    desk,
    documents,
    emergency_works,
    enquiries,
    enterprise_review,
    enterprises,
    entrusted,
    evaluations,
    expiry,
    filings,
    find_projects,
    guardian,
    health,
    how_it_works,
    inbox,
    late,
    letters,
    materials,
    matters,
    messages,
    new_project,
    notices,
    organisation,
    outages,
    pledges,
    portal,
    projects,
    public_log,
    public_projects,
    quote,
    register,
    registering,
    registration_status,
    registrations,
    results,
    roster,
    withdrawal,
    work_item,
    works_reports,
)
from web.api import BLUEPRINTS, bids, interest, public, witness
from web.api import documents as api_documents
from web.api import guardian as api_guardian
from web.api import projects as api_projects
from web.auth import account, key_sign_in, keys, set_password
from web.i18n import switch
from web.workbench import (
    case_acts,
    case_editor,
    cases,
    compare,
    county_roles,
    decisions,
    flows,
    forms,
    importing,
    insight,
    merging,
    modeller,
    modelling,
    moves,
    moves_together,
    new_flows,
    packs,
    plain_files,
    proposal_files,
    proposal_pages,
    rehearsal,
    rehearsals,
    resources,
    rule_simulator,
    texts,
    upgrades,
    versions,
)
from web.workbench import rules as county_rules

SIGN_IN_LIMIT = "60 per minute; 600 per hour"
REGISTER_LIMIT = "30 per hour; 100 per day"


def register_all(app: OpenAPI) -> None:
    """Register the blueprints; one line each."""
    _limit_sign_in(app)
    for blueprint in (
        assets.blueprint,
        health.blueprint,
        health.keepers,
        auth.blueprint,
        account.blueprint,
        keys.blueprint,
        key_sign_in.blueprint,
        desk.blueprint,
        documents.blueprint,
        inbox.blueprint,
        late.blueprint,
        bulletins.blueprint,
        bulletin_desk.blueprint,
        messages.blueprint,
        work_item.blueprint,
        case.blueprint,
        withdrawal.blueprint,
        case_requests.blueprint,
        works_reports.blueprint,
        projects.blueprint,
        emergency_works.blueprint,
        new_project.blueprint,
        portal.blueprint,
        public_log.blueprint,
        notices.blueprint,
        public_projects.blueprint,
        results.blueprint,
        find_projects.blueprint,
        registrations.blueprint,
        registering.blueprint,
        registration_status.blueprint,
        entrusted.blueprint,
        quote.blueprint,
        letters.blueprint,
        ceremony.blueprint,
        guardian.blueprint,
        filings.blueprint,
        register.blueprint,
        organisation.blueprint,
        colleagues.blueprint,
        set_password.blueprint,
        materials.blueprint,
        matters.blueprint,
        batch_review.blueprint,
        enterprise_review.blueprint,
        expiry.blueprint,
        pledges.blueprint,
        enterprises.blueprint,
        enquiries.blueprint,
        conduct.blueprint,
        outages.blueprint,
        roster.blueprint,
        credit.blueprint,
        evaluations.blueprint,
        how_it_works.blueprint,
        modeller.blueprint,
        modelling.blueprint,
        compare.blueprint,
        cases.blueprint,
        case_editor.blueprint,
        case_acts.blueprint,
        insight.blueprint,
        moves.blueprint,
        moves_together.blueprint,
        importing.blueprint,
        rule_simulator.blueprint,
        county_rules.blueprint,
        packs.blueprint,
        upgrades.blueprint,
        texts.blueprint,
        merging.blueprint,
        proposal_files.blueprint,
        rehearsals.blueprint,
        rehearsal.blueprint,
        new_flows.blueprint,
        county_roles.blueprint,
        flows.blueprint,
        versions.blueprint,
        proposal_pages.blueprint,
        resources.blueprint,
        plain_files.blueprint,
        forms.blueprint,
        decisions.blueprint,
        switch.blueprint,
    ):
        app.register_blueprint(blueprint)
    for api in API:
        app.register_api(api)


API: tuple[APIBlueprint, ...] = (
    *BLUEPRINTS,
    api_documents.blueprint,
    api_guardian.blueprint,
    api_projects.blueprint,
    interest.blueprint,
    bids.blueprint,
    public.blueprint,
    witness.blueprint,
)


def _limit_sign_in(app: Flask) -> None:
    limits: Limiter = app.extensions["limits"]
    limits.limit(SIGN_IN_LIMIT, methods=["POST"])(auth.blueprint)
    limits.limit(SIGN_IN_LIMIT, methods=["POST"])(account.blueprint)
    limits.limit(SIGN_IN_LIMIT, methods=["POST"])(set_password.blueprint)
    limits.limit(SIGN_IN_LIMIT, methods=["POST"])(keys.blueprint)
    limits.limit(SIGN_IN_LIMIT, methods=["POST"])(key_sign_in.blueprint)
    limits.limit(REGISTER_LIMIT, methods=["POST"])(register.blueprint)
