"""The proof of a key or certificate that came with a step, and what is noted when it fails."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from models.errors import SmallworksError
from models.identity import key_challenges, keys
from models.identity.key_errors import KeyRefusedError
from models.session import unit_of_work
from processes.step_keys import StepKey
from web.access import require_actor
from web.auth import key_site


@contextmanager
def noted(sent: object) -> Iterator[StepKey | None]:
    """Yield the proof in what was sent; whatever refuses the step uses its challenge up."""
    given = sent.get("key") if isinstance(sent, dict) else None
    key: StepKey | None = None
    try:
        if given is not None:
            proof, address = key_site.proof_of(given), request.remote_addr or ""
            key = StepKey(proof, key_site.origin(), key_site.tie(), address)
        yield key
    except SmallworksError as error:
        with unit_of_work() as database:
            if isinstance(error, KeyRefusedError):
                username = require_actor().username
                keys.note_refusal(database, error, username, request.remote_addr or "")
            if key is not None:
                key_challenges.burn(database, key.proof.challenge_id)
        raise
