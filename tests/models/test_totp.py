import base64

import pyotp
import pytest

from models.clock import system_now
from models.identity import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds, code):
    assert totp.code_at(RFC_SECRET, seconds // 30) == code


def test_an_authenticator_app_reads_the_address():
    secret = totp.new_secret()
    other = pyotp.parse_uri(totp.provisioning_uri(secret, "dz.owner", "小额工程"))
    now = system_now()
    assert totp.matching_step(secret, other.at(now), now) == totp.step_of(now)


def test_a_code_counts_once_and_only_near_its_moment():
    secret, now = totp.new_secret(), system_now()
    step = totp.step_of(now)
    assert totp.matching_step(secret, totp.code_at(secret, step - 1), now) == step - 1
    assert totp.matching_step(secret, totp.code_at(secret, step - 2), now) is None
    assert totp.matching_step(secret, totp.code_at(secret, step), now, after=step) is None
