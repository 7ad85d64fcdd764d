"""Puts the web application together; what it is made of stands in ``web/blueprints.py``."""

from collections.abc import Mapping

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_openapi3 import Info, OpenAPI
from flask_wtf import CSRFProtect

from models.settings import Settings
from web import access, access_log, errors, filters, health, metrics, security, shell
from web.auth import load_actor, protect_form
from web.back_office import mount_back_office
from web.blueprints import register_all
from web.i18n import install_languages
from web.i18n.marking import install_marking
from web.whole_numbers import install_whole_numbers

INFO = Info(title="smallworks", version="1", description="小额工程交易平台接口")
TOKEN = {"token": {"type": "http", "scheme": "bearer"}}


def create_app(
    settings: Settings | None = None, *, checks: Mapping[str, health.Check] | None = None
) -> OpenAPI:
    """Return the application; the database must have been opened (``open_database``).

    ``checks`` are further things ``/readyz`` looks at (broker, worker), by name.
    """
    settings = settings or Settings.from_environ()
    app = OpenAPI(
        "web",
        info=INFO,
        security_schemes=TOKEN,  # type: ignore[arg-type]
        validation_error_callback=errors.validation_answer,
        doc_ui=False,
        static_folder=None,
        template_folder="templates",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["settings"] = settings
    app.extensions["readiness"] = {"database": health.check_database, **(checks or {})}
    install_whole_numbers(app)
    _harden(app, settings)
    install_languages(app)
    filters.install_filters(app)
    shell.install_shell(app)
    install_marking(app)
    register_all(app)
    mount_back_office(app)
    return app


def _where_limits_count(settings: Settings) -> dict[str, object]:
    """Let several web processes count together where they share a Redis; alone, in memory.

    While Redis is away each process counts for itself: nobody is kept from signing in by that.
    """
    if not settings.broker.startswith(("redis://", "rediss://")):
        return {"RATELIMIT_STORAGE_URI": "memory://"}
    return {
        "RATELIMIT_STORAGE_URI": settings.broker,
        "RATELIMIT_STORAGE_OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        "RATELIMIT_KEY_PREFIX": "smallworks",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
    }


def _harden(app: OpenAPI, settings: Settings) -> None:
    """Install, in the order in which a request meets them, what stands before every route."""
    access_log.configure_logging()
    security.secure(app, settings)
    app.extensions["csrf"] = CSRFProtect(app)
    access_log.install_access_log(app)
    metrics.install_metrics(app)
    errors.install_errors(app)
    app.config.update(_where_limits_count(settings))
    app.extensions["limits"] = Limiter(get_remote_address, app=app)
    for step in (access.limit_body, load_actor, access.check_access, protect_form):
        app.before_request(step)
