import copy
import itertools
import json
import stat

import hypothesis
import pytest
from hypothesis import strategies as st

from models.selection import envelope as envelopes
from models.selection import guardian_keys, shamir, verifier
from models.selection.envelope_form import EnvelopeRefusedError, check_body
from models.selection.verifier import canonical

CTX = {"project": "p1", "kind": "floor", "holder": "owner"}
KINDS = ["floor", "bid", "draw_secret", "interest"]


def refused(check, *args, **named):
    with pytest.raises(EnvelopeRefusedError) as caught:
        check(*args, **named)
    return caught.value.reason


@pytest.mark.parametrize("kind", KINDS)
def test_the_vectors_are_accepted_released_and_opened_by_every_pair(kind, vector):
    held = vector(f"envelope-{kind}")
    keys = [
        guardian_keys.from_scalar(name, one["private_scalar"])
        for name, one in held["guardians"].items()
    ]
    text = json.dumps(held["envelope"]).encode()
    sealed = envelopes.parse_envelope(
        text, ctx=held["envelope"]["ctx"], guardians=[key.public for key in keys]
    )
    assert [envelopes.release(sealed, key) for key in keys] == held["released"]
    for pair in itertools.combinations(held["released"], 2):
        assert envelopes.open_envelope(sealed, pair) == held["val"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_citizens_pure_opening_equals_the_librarys(kind, vector):
    held = vector(f"envelope-{kind}")
    shares = [bytes.fromhex(one["share"]) for one in held["released"]]
    points = [(share[0], int.from_bytes(share[1:17], "big")) for share in shares]
    for pair in itertools.combinations(points, 2):
        assert verifier.open_body(held["envelope"], verifier.combine(pair)) == held["body"].encode()


@hypothesis.given(st.binary(min_size=16, max_size=16))
@hypothesis.settings(max_examples=30, deadline=None)
def test_any_two_shares_give_the_key_as_the_librarys_sharing_does(key):
    from Crypto.Protocol.SecretSharing import Shamir

    shares = shamir.split(key)
    for pair in itertools.combinations(shares.items(), 2):
        assert (
            shamir.combine([(place, int.from_bytes(share, "big")) for place, share in pair]) == key
        )
        assert Shamir.combine(list(pair)) == key


@hypothesis.given(fen=st.integers(0, 2**53 - 1))
@hypothesis.settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
def test_the_size_of_an_envelope_does_not_tell_the_value(fen, keys, guardians):
    sealed = envelopes.seal(CTX, {"fen": fen}, guardians)
    assert len(sealed["ct"]) == 2 * 528
    assert envelopes.open_envelope(
        sealed, [envelopes.release(sealed, key) for key in keys[:2]]
    ) == {"fen": fen}


def test_one_share_alone_opens_nothing(keys, guardians):
    sealed = envelopes.seal(CTX, {"fen": 1}, guardians)
    one = envelopes.release(sealed, keys[0])
    for released in ([], [one], [one, one]):
        with pytest.raises(envelopes.Unopenable) as caught:
            envelopes.open_envelope(sealed, released)
        assert not caught.value.complete


def test_one_false_share_among_three_does_no_harm(keys, guardians):
    sealed = envelopes.seal(CTX, {"fen": 1}, guardians)
    released = [envelopes.release(sealed, key) for key in keys]
    for at in range(3):
        spoilt = copy.deepcopy(released)
        spoilt[at]["share"] = "00" * 33
        assert envelopes.open_envelope(sealed, spoilt) == {"fen": 1}


def test_shares_of_another_envelope_are_not_released_for_this_one(keys, guardians):
    sealed, other = (envelopes.seal(CTX, {"fen": n}, guardians) for n in (1, 2))
    mixed = [envelopes.release(other, key) for key in keys]
    assert not any(envelopes.valid_release(sealed, one) for one in mixed)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (["v"], 2, "v"),
        (["v"], True, "v"),
        (["k"], 3, "k"),
        (["ctx", "holder"], "monitor", "ctx"),
        (["ctx", "kind"], "bid", "ctx"),
        (["ctx", "kind"], "love", "kind"),
        (["ctx", "project"], "p2", "ctx"),
        (["ctx", "project"], "x" * 65, "shape"),
        (["ctx", "project"], None, "shape"),
        (["ctx"], [], "shape"),
        (["ctx", "more"], "x", "shape"),
        (["more"], 1, "shape"),
        (["commit"], "00", "hex"),
        (["commit"], "AA" * 32, "hex"),
        (["nonce"], "00" * 11, "hex"),
        (["ct"], "00" * 529, "hex"),
        (["shares"], [], "guardians"),
        (["shares", 0], None, "shape"),
        (["shares", 0, "to"], "mayor", "guardians"),
        (["shares", 0, "kid"], "00000000", "guardians"),
        (["shares", 0, "h"], "", "hex"),
        (["shares", 0, "c"], "04" + "00" * 113, "point"),
        (["shares", 0, "c"], "00", "hex"),
    ],
)
def test_a_strangers_envelope_is_refused_with_a_reason(path, value, why, guardians):
    from tests.models.selection.mutations import apply

    sealed = apply(
        envelopes.seal(CTX, {"fen": 1}, guardians), {"op": "set", "path": path, "value": value}
    )
    assert refused(envelopes.check_envelope, sealed, ctx=CTX, guardians=guardians) == why


def test_guardians_out_of_their_places_are_refused(guardians):
    sealed = envelopes.seal(CTX, {"fen": 1}, guardians)
    sealed["shares"].reverse()
    assert refused(envelopes.check_envelope, sealed, ctx=CTX, guardians=guardians) == "guardians"


@pytest.mark.parametrize(
    ("text", "why"), [(b"{", "json"), (b"x" * 8193, "size"), (b"[]", "shape"), (b"1.5", "json")]
)
def test_bytes_that_are_no_envelope_are_refused(text, why, guardians):
    assert refused(envelopes.parse_envelope, text, ctx=CTX, guardians=guardians) == why


def test_a_guardian_refuses_a_bad_share_at_once(keys, guardians):
    sealed = envelopes.seal(CTX, {"fen": 1}, guardians)
    for name, value in (
        ("h", "00" * 32),
        ("c", envelopes.seal(CTX, {"fen": 1}, guardians)["shares"][0]["c"]),
    ):
        spoilt = copy.deepcopy(sealed)
        spoilt["shares"][0][name] = value
        with pytest.raises(envelopes.ShareBadError):
            envelopes.release(spoilt, keys[0])
        assert envelopes.release(spoilt, keys[1])["from"] == "discipline"


def test_an_envelope_moved_to_another_holder_cannot_be_released(keys, guardians):
    sealed = envelopes.seal(CTX, {"fen": 1}, guardians)
    sealed["ctx"]["holder"] = "monitor"
    with pytest.raises(envelopes.ShareBadError):
        envelopes.release(sealed, keys[0])


def test_a_guardian_with_a_newer_key_cannot_release(guardians):
    sealed = envelopes.seal(CTX, {"fen": 1}, guardians)
    with pytest.raises(envelopes.ShareBadError):
        envelopes.release(sealed, guardian_keys.make_key("centre"))


@pytest.mark.parametrize(
    ("kind", "val"),
    [
        ("floor", {"fen": -1}),
        ("floor", {"fen": 1.5}),
        ("floor", {"fen": True}),
        ("floor", {"fen": 1, "more": 1}),
        ("bid", {"fen": 1}),
        ("draw_secret", {"secret": "00"}),
        (
            "interest",
            {"org": "91511700ma6200000x", "blind": "00" * 32, "at": "2026-11-23T16:02:11+08:00"},
        ),
        ("interest", {"org": "91511700MA6200000X", "blind": "00" * 32, "at": "yesterday"}),
    ],
)
def test_a_value_that_its_kind_does_not_hold_is_refused_before_sealing_and_after_opening(
    kind, val, guardians
):
    ctx = {**CTX, "kind": kind}
    assert refused(envelopes.seal, ctx, val, guardians) == "val"
    body = json.dumps(
        {"ctx": ctx, "salt": "00" * 32, "val": val}, separators=(",", ":"), sort_keys=True
    )
    assert refused(check_body, body.encode(), ctx) == ("json" if val == {"fen": 1.5} else "val")


def test_a_body_that_is_not_in_canonical_form_or_for_another_place_is_rubbish():
    body = {"ctx": CTX, "salt": "00" * 32, "val": {"fen": 1}}
    assert check_body(canonical(body), CTX) == {"fen": 1}
    assert refused(check_body, json.dumps(body).encode(), CTX) == "json"
    assert refused(check_body, canonical(body), {**CTX, "project": "p2"}) == "ctx"
    assert refused(check_body, canonical({**body, "salt": "00"}), CTX) == "hex"
    assert refused(check_body, b"\xff", CTX) == "json"
    assert refused(check_body, b"[]", CTX) == "shape"


def test_keys_are_made_once_for_their_owner_alone_and_found_again(tmp_path):
    folder = tmp_path / "keys" / "guardians"
    made = guardian_keys.ensure_keys(folder)
    assert list(made) == ["centre", "discipline", "regulator"]
    assert {name: key.public for name, key in guardian_keys.ensure_keys(folder).items()} == {
        name: key.public for name, key in made.items()
    }
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        guardian_keys.save_key(folder, guardian_keys.make_key("centre"))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"name":"centre","kid":"0","public_key":"0","private_scalar":"01"}']
)
def test_a_damaged_key_file_is_named(text, tmp_path):
    (tmp_path / "centre.json").write_text(text, "utf-8")
    with pytest.raises(guardian_keys.GuardianKeyMissingError, match="centre"):
        guardian_keys.load_key(tmp_path, "centre")


def test_no_private_key_shows_in_a_printed_object(keys):
    scalar = keys[0].private.private_numbers().private_value
    assert f"{scalar:x}" not in repr(keys[0])
