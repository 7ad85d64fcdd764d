"""Security keys (WebAuthn): what the browser is asked for, and whether its answer holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import webauthn
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from models.identity import key_errors as errors
from models.identity.account import Account
from models.identity.key_challenges import TIME_TO_ANSWER
from models.identity.key_tables import CaToken

SITE_NAME = "小额工程交易平台"
ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
MILLISECONDS = int(TIME_TO_ANSWER.total_seconds() * 1000)
# a PIN or a finger beside the key: it stands in place of the password and its second step
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class NewKey:
    """A security key that has just been made for an account."""

    handle: str
    public_key: bytes
    sign_count: int


def site_of(origin: str) -> str:
    """Return the name under which keys know this site: the host people type."""
    return urlsplit(origin).hostname or ""


def creation_options(
    origin: str, challenge: bytes, account: Account, bound: Sequence[CaToken]
) -> dict[str, Any]:
    """Return what the browser needs to make a key for the account."""
    options = webauthn.generate_registration_options(
        rp_id=site_of(origin),
        rp_name=SITE_NAME,
        user_id=account.id.encode(),
        user_name=account.username,
        user_display_name=account.name,
        challenge=challenge,
        timeout=MILLISECONDS,
        exclude_credentials=_described(bound),
        supported_pub_key_algs=ALGORITHMS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
    )
    found: dict[str, Any] = orjson.loads(webauthn.options_to_json(options))
    return found


def request_options(origin: str, challenge: bytes, bound: Sequence[CaToken]) -> dict[str, Any]:
    """Return what the browser needs to ask a key; without ``bound``, any key of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site_of(origin),
        challenge=challenge,
        timeout=MILLISECONDS,
        allow_credentials=_described(bound),
        user_verification=VERIFIED,
    )
    found: dict[str, Any] = orjson.loads(webauthn.options_to_json(options))
    return found


def check_made(origin: str, challenge: bytes, answer: Mapping[str, Any]) -> NewKey:
    """Return the key the browser made; raise when the answer is not for this site and challenge."""
    try:
        made = webauthn.verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site_of(origin),
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except Exception as error:  # whatever hostile bytes do to a parser, they prove nothing
        raise errors.SecurityKeyError from error
    handle = bytes_to_base64url(made.credential_id)
    return NewKey(handle, made.credential_public_key, made.sign_count)


def check_asked(origin: str, challenge: bytes, answer: Mapping[str, Any], key: CaToken) -> int:
    """Return the key's counter; raise when the answer, its signature or its counter is wrong."""
    try:
        checked = webauthn.verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site_of(origin),
            expected_origin=origin,
            credential_public_key=key.public_key or b"",
            credential_current_sign_count=0,  # looked at below, where its fault has its own words
            require_user_verification=True,
        )
    except Exception as error:  # whatever hostile bytes do to a parser, they prove nothing
        raise errors.SecurityKeyError from error
    count = checked.new_sign_count
    if (count or key.sign_count) and count <= key.sign_count:
        raise errors.SignCounterError
    return count


def _described(bound: Sequence[CaToken]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(one.handle)) for one in bound
    ]
