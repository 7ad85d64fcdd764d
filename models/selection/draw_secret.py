"""What a contributor's sealed secret comes to once guardians have released their shares."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.selection.draw_v1 import Unopened, commit
from models.selection.envelope import EnvelopeRefusedError, Unopenable, open_envelope, valid_release
from models.selection.verifier import GUARDIANS


def settle(
    plan: Mapping[str, Any],
    role: str,
    envelope: Mapping[str, Any],
    released: Sequence[Mapping[str, str]],
) -> str | Unopened | None:
    """Return the secret (hex), or Unopened when it counts as empty, or None: wait for guardians.

    A body that does not hold the secret the plan commits to opens nothing: otherwise a contributor
    who seals another secret could hold up the draw for ever.
    """
    committed = next(one["c"] for one in plan["commits"] if one["role"] == role)
    try:
        secret = str(open_envelope(envelope, released).get("secret", ""))
        if commit(plan["alg"], plan["draw"], role, secret) == committed:
            return secret
    except (EnvelopeRefusedError, Unopenable):
        pass
    public = {one["from"]: dict(one) for one in released if valid_release(envelope, one)}
    if set(public) != set(GUARDIANS):
        return None
    return Unopened(envelope=dict(envelope), released=[public[name] for name in GUARDIANS])
