from collections import Counter

import pytest
from flask import Blueprint, g

from models.identity.actor import Actor
from web.access import Guard, SignInRequiredError, WrongRoleError, guard, unguarded


def test_every_blueprint_declares_who_may_use_it(app):
    assert unguarded(app) == set()


def test_no_address_is_served_twice(app):
    served = Counter(
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    )
    assert [where for where, times in served.items() if times > 1] == []


def test_a_blueprint_without_a_guard_serves_nobody(app, people, sign_in):
    bare = Blueprint("bare", __name__)
    bare.add_url_rule("/bare", view_func=lambda: "open", endpoint="show")
    app.register_blueprint(bare)
    people("keeper", "keeper_system", county="*")

    assert unguarded(app) == {"bare"}
    assert sign_in("keeper").get("/bare").status_code == 403


@pytest.mark.parametrize(
    "declared",
    [{}, {"public": True, "signed_in": True}, {"public": True, "roles": ("owner",)}],
)
def test_a_guard_says_exactly_one_thing(declared):
    with pytest.raises(ValueError, match="choose one"):
        guard(Blueprint("b", __name__), **declared)


def test_roles_are_checked_after_signing_in():
    check = Guard(roles=frozenset({"owner"})).check
    with pytest.raises(SignInRequiredError):
        check(None)
    with pytest.raises(WrongRoleError):
        check(Actor(account_id="a", name="甲", grants=frozenset({("monitor", "dazhou")})))
    check(Actor(account_id="a", name="甲", grants=frozenset({("owner", "dazhou")})))


def test_a_page_sends_the_signed_out_to_sign_in_and_back(client):
    answer = client.get("/desk?view=late")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=%2Fdesk%3Fview%3Dlate"


def test_a_program_without_token_gets_401_as_json(app, client):
    blueprint = Blueprint("closed", __name__, url_prefix="/api/v1/closed")
    guard(blueprint, signed_in=True)
    blueprint.add_url_rule("/", view_func=lambda: "in", endpoint="show", methods=["GET", "POST"])
    app.register_blueprint(blueprint)

    for answer in (client.get("/api/v1/closed/"), client.post("/api/v1/closed/", json={})):
        assert answer.status_code == 401
        assert answer.json["code"] == "sign_in_required"
        assert "请登录" in answer.json["message"]


def test_the_actor_costs_one_statement_by_session_and_by_token(
    app, people, sign_in, token, statements
):
    blueprint = Blueprint("who", __name__, url_prefix="/api/v1/who")
    guard(blueprint, signed_in=True)
    blueprint.add_url_rule("", view_func=lambda: f"{g.actor.name} {sorted(g.actor.grants)}")
    app.register_blueprint(blueprint)
    account = people("dz.owner", "owner", "agency")
    browser, headers = sign_in("dz.owner"), token(account)
    held = [(role, "dazhou") for role in ("agency", "organiser", "owner")]

    for call in (
        lambda: browser.get("/api/v1/who"),
        lambda: app.test_client().get("/api/v1/who", headers=headers),
    ):
        statements.clear()
        answer = call()
        assert answer.text == f"dz.owner {held}"
        assert len([text for text in statements if text.startswith("SELECT")]) == 1
        assert all(text.startswith(("SELECT", "BEGIN")) for text in statements)


def test_static_files_ask_the_database_nothing(sign_in, people, statements):
    people("dz.owner", "owner")
    browser = sign_in("dz.owner")
    statements.clear()
    browser.get("/static/nothing.css")
    browser.get("/healthz")
    assert statements == []
