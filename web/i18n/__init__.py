"""Two languages: Chinese as it is written in the program, English from one catalogue.

The Chinese text is the message id. Templates and views call gettext; words and sentences that
come from below the edge (labels, states, errors) are plain Chinese and pass :func:`translated`.
"""

from collections.abc import Iterable
from typing import TypeVar, overload

from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, Domain, get_babel, get_locale, gettext
from markupsafe import Markup

from web.i18n.catalogue import english

T = TypeVar("T")
CHINESE, ENGLISH = "zh_Hans_CN", "en"
COOKIE = "language"
LANGUAGES = {"zh": CHINESE, "en": ENGLISH}
"""What the switch and the cookie say, and the locale that it stands for."""
_UNTRANSLATED = NullTranslations()


class _Catalogues(Domain):
    """Reads the catalogue as it is kept, so that there is nothing to compile or to forget."""

    def get_translations(self) -> NullTranslations:
        """Return the words of this request's language."""
        return english().translations if speaks_english() else _UNTRANSLATED


def install_languages(app: Flask) -> None:
    """Let the site speak both languages."""
    Babel(
        app,
        default_locale=CHINESE,
        default_timezone="Asia/Shanghai",
        locale_selector=_chosen,
    )
    with app.app_context():
        get_babel().instance.domain_instance = _Catalogues()
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.filters.update(translated=translated, listed=listed)
    app.jinja_env.globals.update(N_=str, speaks_english=speaks_english, page_words=page_words)


def speaks_english() -> bool:
    """Return whether this request is answered in English."""
    locale = get_locale()
    # asked for every word of a page
    return locale is not None and locale.language == ENGLISH


@overload
def translated(text: str) -> str: ...
@overload
def translated(text: T) -> T: ...
def translated(text: object) -> object:
    """Return a word or sentence that came from below in this request's language.

    What counties and people wrote is in no catalogue and stays as it is, as a number does.
    """
    if not isinstance(text, str) or isinstance(text, Markup) or not speaks_english():
        return text
    return english().render(text)


def listed(words: Iterable[str]) -> str:
    """Return an enumeration in this request's language."""
    comma: str = gettext("、")
    return comma.join(translated(word) for word in words)


def page_words() -> dict[str, str]:
    """Return the words of the scripts in this request's language: none for Chinese."""
    return english().of_scripts if speaks_english() else {}


def _chosen() -> str:
    actor = g.get("actor")
    if actor is not None and not actor.by_token:
        return str(actor.locale) if actor.locale in LANGUAGES.values() else CHINESE
    return LANGUAGES.get(str(request.cookies.get(COOKIE, "")), CHINESE)
