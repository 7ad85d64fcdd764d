"""Who may come in: every blueprint declares one guard; a blueprint without one serves nobody."""

from dataclasses import dataclass, field

from flask import Blueprint, Flask, current_app, g, request
from flask.sansio.blueprints import Blueprint as AnyBlueprint

from models.errors import ForbiddenError, SmallworksError
from models.identity.actor import Actor

KEEPERS = frozenset({"keeper_system", "keeper_security", "keeper_audit"})
KIB = 1024
DEFAULT_BODY_LIMIT = 1024 * KIB
_ATTRIBUTE = "smallworks_guard"


class SignInRequiredError(SmallworksError):
    """Nobody is signed in, and this is not public."""

    message = "您还没有登录，或登录已过期，请登录后再办理。"


class TokenInvalidError(SignInRequiredError):
    """A program's token is unknown, expired or revoked."""

    message = "令牌无效、已过期或已吊销，请向安全管理员申请新的令牌。"


class WrongRoleError(ForbiddenError):
    """The person's roles do not open this part of the platform."""

    message = "您的角色不能使用这一页面，如工作需要，请联系安全管理员授予角色。"


@dataclass(frozen=True, kw_only=True)
class Guard:
    """Who a blueprint is for, and how large a body it takes."""

    public: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)
    body_limit: int = DEFAULT_BODY_LIMIT

    def check(self, actor: Actor | None) -> None:
        """Raise when ``actor`` (nobody, when signed out) may not come in."""
        if self.public:
            return
        if actor is None:
            raise SignInRequiredError
        if self.roles and not self.roles & actor.roles:
            raise WrongRoleError


def guard(
    blueprint: Blueprint,
    *,
    public: bool = False,
    signed_in: bool = False,
    roles: tuple[str, ...] = (),
    body_limit: int = DEFAULT_BODY_LIMIT,
) -> None:
    """Declare who may use a blueprint: everybody, whoever signed in, or the holders of roles."""
    if [public, signed_in, bool(roles)].count(True) != 1:
        raise ValueError("a blueprint is public, for people signed in, or for roles: choose one")
    declared = Guard(public=public, roles=frozenset(roles), body_limit=body_limit)
    setattr(blueprint, _ATTRIBUTE, declared)


def guard_of(blueprint: AnyBlueprint) -> Guard | None:
    """Return what a blueprint declared."""
    return getattr(blueprint, _ATTRIBUTE, None)


def require_actor() -> Actor:
    """Return who is acting; raise when nobody is signed in."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise SignInRequiredError
    return actor


def require_role(*roles: str) -> Actor:
    """Return who is acting when one of the roles is held; raise otherwise."""
    actor = require_actor()
    if not actor.roles & set(roles):
        raise WrongRoleError
    return actor


def limit_body() -> None:
    """Refuse bodies larger than the blueprint declared, before anything reads them."""
    declared = _current_guard()
    request.max_content_length = declared.body_limit if declared else DEFAULT_BODY_LIMIT
    request.max_form_memory_size = min(request.max_content_length, DEFAULT_BODY_LIMIT)


def check_access() -> None:
    """Refuse the request when its blueprint's guard does, or when there is none."""
    if request.endpoint is None:
        return
    declared = _current_guard()
    if declared is None:
        raise WrongRoleError
    declared.check(g.get("actor"))


def _current_guard() -> Guard | None:
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return guard_of(blueprint) if blueprint else None


def unguarded(app: Flask) -> set[str]:
    """Return the names of blueprints and routes that no guard covers, for the architecture test."""
    bare = {name for name, blueprint in app.blueprints.items() if guard_of(blueprint) is None}
    outside = {rule.endpoint for rule in app.url_map.iter_rules() if "." not in rule.endpoint}
    return bare | outside
