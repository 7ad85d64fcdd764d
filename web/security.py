"""Headers, cookies and addresses: what the browser is told and what it is believed."""

import secrets
from datetime import timedelta

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from models.settings import Settings

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# diagram, form and decision editors position their shapes with style attributes (bpmn.io)
EDITORS = {**POLICY, "style-src-attr": "'unsafe-inline'", "font-src": "'self' data:"}
# a program's answer is never a page
DATA = {"default-src": "'none'", "frame-ancestors": "'none'", "sandbox": ""}
AREAS = (("/api/", DATA), ("/modeller", EDITORS), ("/decisions", EDITORS), ("/forms", EDITORS))
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SESSION_TIME = timedelta(hours=8)
YEAR_SECONDS = 365 * 24 * 3600


def secure(app: Flask, settings: Settings) -> None:
    """Set cookies, headers and the number of proxies that are believed."""
    https = settings.url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret,
        SESSION_COOKIE_NAME="__Host-smallworks" if https else "smallworks",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SESSION_TIME,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.after_request(_add_headers)
    if https:
        app.after_request(_ask_for_https)
    if proxies := int(settings.trusted_proxies):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def policy_for(path: str) -> str:
    """Return the Content-Security-Policy of the area in which ``path`` lies."""
    parts = next((parts for prefix, parts in AREAS if path.startswith(prefix)), POLICY)
    return "; ".join(f"{name} {value}".strip() for name, value in parts.items())


def new_request_number() -> str:
    """Return a short number that a person can read out and the log can find."""
    return secrets.token_hex(5).upper()


def _add_headers(response: Response) -> Response:
    # a route that serves documents sets a stricter policy of its own
    response.headers.setdefault("Content-Security-Policy", policy_for(request.path))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _ask_for_https(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_SECONDS}")
    return response
