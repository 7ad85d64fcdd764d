"""One line per request, without secrets; joining, leaving and bidding leave no line at all.

A line that names neither account nor project would still tell, by being there, how many joined
before the freeze (selection.md 3), so those routes are left out of log and metrics alike; only
a fault of theirs is logged, as one bare word.
"""

import logging
import re
import sys
import time

import structlog
from flask import Flask, Response, g, request

from web.security import new_request_number

PRIVATE_RULE = re.compile(
    r"/(interest|interests|join|leave|bids|bid|quote|floor|sealing|registrations(?!-of)|receipts)\b"
)
QUIET = ("/static/", "/healthz")
SECRET_PATHS = ("/set-password/",)
logger = structlog.get_logger("access")


def is_private() -> bool:
    """Return whether this request could tell who joins, leaves or bids."""
    rule = request.url_rule.rule if request.url_rule else request.path
    return PRIVATE_RULE.search(rule) is not None


def configure_logging(*, stream: object = None) -> None:
    """Write JSON lines to standard error; values under names of secrets are never among them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )


def _shown_path() -> str:
    """Return the path, or its rule where the path itself is a secret that somebody could use."""
    hidden = next((one for one in SECRET_PATHS if request.path.startswith(one)), "")
    if not hidden:
        return request.path
    # with a slash too many the path fits no rule, and is still a secret
    return request.url_rule.rule if request.url_rule else f"{hidden}…"


def install_access_log(app: Flask) -> None:
    """Give every request a number and log it once answered."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_number = new_request_number()
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    number = g.get("request_number", "")
    response.headers["X-Request-Number"] = number
    if not is_private() and not request.path.startswith(QUIET):
        actor = g.get("actor")
        logger.info(
            "request",
            method=request.method,
            path=_shown_path(),
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("started", 0)) * 1000),
            account=actor.username if actor else "",
            address=request.remote_addr or "",
            request=number,
        )
    return response
