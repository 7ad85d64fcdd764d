"""Is it alive, is it ready, what does it count: for monitors and for keepers."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from models.errors import ForbiddenError
from models.session import reading
from web.access import KEEPERS, guard, require_actor
from web.metrics import metrics_of

Check = Callable[[], None]
"""Raises when what it looks at cannot be reached."""

blueprint = Blueprint("health", __name__)
guard(blueprint, public=True)
keepers = Blueprint("metrics", __name__)
guard(keepers, roles=tuple(sorted(KEEPERS)))


class TokenRequiredError(ForbiddenError):
    """Figures are for a keeper's program, not for a page."""

    message = "运行指标只供管理员的程序读取，请使用管理员账号的令牌。"


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether database, broker and worker can be reached; 503 and which when not."""
    checks: Mapping[str, Check] = current_app.extensions["readiness"]
    states = {name: _state(check) for name, check in checks.items()}
    sound = all(state == "ok" for state in states.values())
    return jsonify(status="ok" if sound else "unavailable", checks=states), 200 if sound else 503


@keepers.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Give the counters to a keeper's program."""
    if not require_actor().by_token:
        raise TokenRequiredError
    registry = metrics_of(current_app).registry
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def check_database() -> None:
    """Raise when the database does not answer."""
    with reading() as session:
        session.execute(text("SELECT 1"))


def _state(check: Check) -> str:
    try:
        check()
    except Exception:  # noqa: BLE001 - whatever it was, the answer is the same
        return "unavailable"
    return "ok"
