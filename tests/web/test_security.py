import io
import json

import pytest

from models.settings import Settings
from web import access_log, assets
from web.app import create_app


@pytest.mark.parametrize(
    "path", ["/sign-in", "/healthz", "/nothing", "/api/v1/nothing", "/static/x"]
)
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Request-Number"]


def test_only_editors_may_style_by_attribute(client):
    policy = client.get("/modeller/x").headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client):
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_under_https_the_cookie_travels_encrypted_only(database, tmp_path):
    settings = Settings(data_dir=str(tmp_path), secret_key="s" * 64, public_url="https://x.example")
    answer = create_app(settings).test_client().get("/sign-in", base_url="https://x.example")
    assert answer.headers["Set-Cookie"].startswith("__Host-smallworks=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(("proxies", "address"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
def test_a_forwarded_address_is_believed_only_from_trusted_proxies(
    database, tmp_path, proxies, address
):
    settings = Settings(data_dir=str(tmp_path), secret_key="s" * 64, trusted_proxies=proxies)
    app = create_app(settings)
    lines = io.StringIO()
    access_log.configure_logging(stream=lines)
    app.test_client().get("/sign-in", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    assert json.loads(lines.getvalue())["address"] == address


def test_the_log_names_who_asked_and_no_secret(app, people, sign_in):
    people("dz.owner", "owner")
    lines = io.StringIO()
    access_log.configure_logging(stream=lines)
    sign_in("dz.owner").get("/account/?token=very-secret")
    assert "smallworks-demo" not in lines.getvalue()
    assert "very-secret" not in lines.getvalue()
    assert json.loads(lines.getvalue().splitlines()[-1])["account"] == "dz.owner"


@pytest.mark.req("DZ-80a")
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/projects/p1/interest",
        "/api/v1/projects/p1/sealing?kind=interest",
        "/api/v1/projects/p1/bids",
        "/api/v1/projects/p1/floor",
        "/find-projects/p1/join",
        "/registrations/r1",
    ],
)
def test_joining_leaving_and_bidding_leave_no_line_and_no_count(app, people, token, path):
    lines = io.StringIO()
    access_log.configure_logging(stream=lines)
    contractor = token(people("dz.contractor01", "contractor"))
    keeper = token(people("keeper.system", "keeper_system", county="*"))
    browser = app.test_client()
    before = browser.get("/metrics", headers=keeper).text
    lines.truncate(0)
    for method in ("get", "post", "delete", "put"):
        getattr(browser, method)(path, headers=contractor)
    assert lines.getvalue().strip("\0") == ""
    counted = [
        line
        for line in browser.get("/metrics", headers=keeper).text.splitlines()
        if "_total" in line
    ]
    assert [line for line in counted if 'area="metrics"' not in line] == [
        line for line in before.splitlines() if "_total" in line and 'area="metrics"' not in line
    ]


def test_metrics_are_for_keepers_programs(client, people, sign_in, token):
    people("keeper.system", "keeper_system", county="*")
    owner = token(people("dz.owner", "owner"))
    keeper = token(people("keeper.audit", "keeper_audit", county="*"))
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=owner).status_code == 403
    assert sign_in("keeper.system").get("/metrics").status_code == 403
    assert "smallworks_requests" in client.get("/metrics", headers=keeper).text


def test_ready_says_what_cannot_be_reached(database, settings):
    def broken():
        raise OSError("gone")

    app = create_app(settings, checks={"broker": broken})
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"] == {"database": "ok", "broker": "unavailable"}


@pytest.fixture
def dist(tmp_path, monkeypatch):
    (tmp_path / "site-ABC.css").write_text("a{}")
    (tmp_path / "site-ABC.css.br").write_bytes(b"br")
    (tmp_path / "site-ABC.css.gz").write_bytes(b"gz")
    (tmp_path / "manifest.json").write_text('{"site.css": "site-ABC.css"}')
    monkeypatch.setattr(assets, "DIST", tmp_path)


@pytest.mark.parametrize(
    ("accepts", "encoding", "body"),
    [("br, gzip", "br", b"br"), ("gzip", "gzip", b"gz"), ("", None, b"a{}")],
)
def test_built_files_are_served_as_the_browser_takes_them(client, dist, accepts, encoding, body):
    answer = client.get("/static/site-ABC.css", headers={"Accept-Encoding": accepts})
    assert (answer.headers.get("Content-Encoding"), answer.data) == (encoding, body)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["manifest.json", "../app.py", "site-ABC.css.br", "none.css"])
def test_nothing_but_built_files_is_served(client, dist, name):
    assert client.get(f"/static/{name}").status_code == 404


def test_pages_name_the_built_file(client, dist):
    assert 'href="/static/site-ABC.css"' in client.get("/sign-in").text
