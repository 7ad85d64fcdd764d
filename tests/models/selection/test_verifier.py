import json
import random
import subprocess
import sys
from functools import partial
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from models.selection import verifier
from tests.models.selection import mutations
from tests.models.selection.conftest import VECTORS

DRAWS = sorted(
    path.name[:-5] for path in VECTORS.glob("draw-*.json") if "intermediate" not in path.name
)
MALFORMED = json.loads((VECTORS / "malformed.json").read_text("utf-8"))


def reason(check, *args):
    try:
        check(*args)
    except verifier.RefusedError as error:
        return error.code
    return "accepted"


@pytest.mark.parametrize("name", DRAWS)
def test_every_vector_is_accepted_and_without_the_notice_says_what_is_still_to_compare(name):
    report = verifier.verify_file(str(VECTORS / f"{name}.json"))
    intermediate = json.loads(
        (VECTORS / f"{name.rsplit('.', 1)[0]}.intermediate.json").read_text("utf-8")
    )
    assert report.plan_hash == intermediate["plan_hash"]
    assert not report.plan_compared
    assert "计划未比对" in report.verdict


@pytest.mark.parametrize("name", DRAWS)
def test_the_plan_printed_in_the_notice_is_compared(name, vector):
    proof = vector(name)
    good = verifier.plan_hash(proof["plan"]).hex()
    assert verifier.verify(proof, f" {good.upper()}\n").plan_compared
    for bad in (mutations.flip(good), "", "abc"):
        assert reason(verifier.verify, proof, bad) == "plan_hash"


def test_the_altered_proofs_on_file_are_the_generated_ones():
    assert (VECTORS / "mutations.json").read_text("utf-8") == mutations.text()


@pytest.mark.parametrize("base", mutations.BASES)
def test_every_field_of_a_proof_is_altered_somewhere(base):
    altered = {tuple(one["path"]) for one in mutations.generate() if one["base"] == base}
    assert {path for path, _ in mutations.leaves(mutations.load(base))} <= altered


def test_every_altered_proof_is_refused_for_its_reason():
    bases = {base: mutations.load(base) for base in mutations.BASES}
    wrong = {}
    for one in json.loads((VECTORS / "mutations.json").read_text("utf-8")):
        found = reason(verifier.verify, mutations.apply(bases[one["base"]], one))
        if found != one["reason"]:
            wrong[json.dumps(one)] = found
    assert not wrong


def test_an_altered_plan_is_refused_by_the_notice_before_anything_else():
    proof = mutations.load(mutations.BASES[0])
    printed = verifier.plan_hash(proof["plan"]).hex()
    proof["plan"]["not_before"] = "2026-11-25T10:00:01+08:00"
    assert reason(verifier.verify, proof, printed) == "plan_hash"


@pytest.mark.parametrize("one", MALFORMED, ids=lambda one: one["name"])
def test_a_file_that_is_no_strict_json_is_refused_with_a_reason(one):
    data = bytes.fromhex(one["hex"]) if "hex" in one else one["text"].encode()
    assert reason(lambda: verifier.verify(verifier.parse(data))) == one["reason"]


def test_a_file_too_large_or_absurdly_deep_is_refused(tmp_path):
    assert reason(verifier.parse, b" " * (verifier.MAX_BYTES + 1)) == "file_too_large"
    assert reason(verifier.parse, b"[" * 1_000_000) == "file_too_deep"
    assert reason(verifier.verify_file, str(tmp_path / "none.json")) == "file_unreadable"


def junk(value):
    """Return strategies that put anything anywhere in a proof."""
    anything = st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-5, 2**54)
        | st.text(max_size=6)
        | st.just("0" * 64),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=5,
    )
    return st.tuples(st.sampled_from([path for path, _ in every_place(value)]), anything)


def every_place(value, path=()):
    if path:
        yield path, value
    if isinstance(value, (dict, list)):
        for key, held in value.items() if isinstance(value, dict) else enumerate(value):
            yield from every_place(held, (*path, key))


PROOF = mutations.load("draw-sha256-2-round0.full")


@hypothesis.given(junk(PROOF))
@hypothesis.settings(max_examples=300, deadline=None)
def test_rubbish_anywhere_gives_a_reason_and_never_a_traceback(change):
    path, value = change
    place = PROOF
    for step in path:
        place = place[step]
    hypothesis.assume(place != value or type(place) is not type(value))
    altered = mutations.apply(PROOF, {"op": "set", "path": list(path), "value": value})
    # without the printed hash another plan of two tickets gives the same ranking half of the time
    printed = verifier.plan_hash(PROOF["plan"]).hex()
    check = partial(verifier.verify, expected_plan=printed)
    assert reason(check, altered) in verifier.REASONS


def test_the_single_file_runs_alone_with_nothing_installed(tmp_path):
    alone = tmp_path / "smallworks-verify.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    proof = VECTORS / "draw-sm3-9-round0.public.json"

    def run(*more):
        command = [sys.executable, "-I", "-S", str(alone), *more]
        return subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)

    good = run(str(proof))
    assert (good.returncode, good.stderr) == (0, b"")
    assert "计划未比对" in good.stdout.decode()
    bad = run(str(proof), "--plan", "00")
    assert (bad.returncode, bad.stderr) == (1, b"")
    assert "原因代码：plan_hash" in bad.stdout.decode()


def test_a_strangers_file_cannot_write_control_characters_to_the_terminal(tmp_path):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps({"\x1b[2J": 1}), "utf-8")
    code, text = verifier.describe(str(path))
    assert code == 1
    assert "\x1b" not in text


@hypothesis.given(st.binary(max_size=300))
def test_sm3_in_plain_python_equals_the_librarys(data):
    from cryptography.hazmat.primitives import hashes

    library = hashes.Hash(hashes.SM3())
    library.update(data)
    expected = library.finalize()
    assert verifier.sm3_pure(data) == expected
    assert verifier.sm3(data) == expected


@hypothesis.given(
    st.binary(max_size=150), st.sampled_from(["sha256", "sm3"]), st.binary(max_size=80)
)
def test_hmac_equals_the_librarys(key, alg, message):
    from cryptography.hazmat.primitives import hashes, hmac

    library = hmac.HMAC(key, hashes.SM3() if alg == "sm3" else hashes.SHA256())
    library.update(message)
    assert verifier.hmac(verifier.HASHES[alg], key, message) == library.finalize()


@hypothesis.given(
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=12, max_size=12),
    st.binary(max_size=70),
    st.binary(max_size=40),
)
def test_aes_gcm_in_plain_python_equals_the_librarys(key, nonce, plain, aad):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = AESGCM(key).encrypt(nonce, plain, aad)
    assert verifier.gcm_open(key, nonce, sealed, aad) == plain
    spoilt = bytearray(sealed)
    spoilt[random.Random(len(plain)).randrange(len(sealed))] ^= 1
    assert verifier.gcm_open(key, nonce, bytes(spoilt), aad) is None


def test_canonical_form_is_that_of_rfc_8785_for_what_it_allows():
    value = {
        "\u20ac": "\r\n\t\u0001",
        "\ufb33": [],
        "\U0001f600": {},
        "a": [0, -1, verifier.MAX_INTEGER],
        "": '"\\/\x7f项目',
    }
    expected = '{"":"\\"\\\\/\x7f项目","a":[0,-1,9007199254740991],"€":"\\r\\n\\t\\u0001","😀":{},"\ufb33":[]}'
    assert verifier.canonical(value).decode() == expected


@pytest.mark.parametrize("value", [1.0, True, b"a", 2**53, {"a": False}, [1.5]])
def test_what_has_no_canonical_form_is_an_error(value):
    with pytest.raises(TypeError):
        verifier.canonical(value)
