"""Who acts: signing in and out, sessions of people, tokens of programs."""

from web.access import require_actor
from web.auth.pages import blueprint
from web.auth.sessions import load_actor, protect_form

__all__ = ["blueprint", "load_actor", "protect_form", "require_actor"]
