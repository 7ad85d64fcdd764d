"""The same site and people as the web's tests."""

from tests.web.conftest import (  # noqa: F401
    app,
    client,
    people,
    settings,
    sign_in,
    statements,
    token,
)
