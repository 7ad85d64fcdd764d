import itertools
import json
import random

import pytest

from models.ledger import merkle
from models.selection import envelope as envelopes
from models.selection import verifier
from models.selection.draw_v1 import commit, org_commit
from models.selection.guardian_keys import GUARDIANS, from_scalar
from tests.models.selection import mutations
from tests.models.selection.conftest import VECTORS
from tests.models.selection.test_verifier import DRAWS, MALFORMED, every_place, reason

VALUES = {
    "floor": ("owner", {"fen": 12_345_600}),
    "bid": ("50bc51e0cd06168c8dcdfc277d35f121", {"fen": 1, "seq": 3}),
    "draw_secret": ("monitor", {"secret": "6a" * 32}),
    "interest": (
        "50bc51e0cd06168c8dcdfc277d35f121",
        {"org": "91511700MA6200000X", "blind": "3e" * 32, "at": "2026-11-23T16:02:11+08:00"},
    ),
    "rehearsal": ("rehearsal", {"n": 7}),
}


def context(kind):
    return {
        "project": "7d1f0c52-9a54-4e0c-8f13-2b6f0a4d9c31",
        "kind": kind,
        "holder": VALUES[kind][0],
    }


def described(key):
    held = key.private.private_numbers().private_value
    return {"private_scalar": f"{held:064x}", "public_key": key.public.public_key}


def test_both_sides_have_the_same_reasons_word_for_word(in_browser):
    assert in_browser(["reasons"]) == [verifier.REASONS | verifier.OPENING_REASONS]


def test_every_vector_is_accepted_in_the_browser(in_browser):
    found = in_browser(
        *[["verifyHex", (VECTORS / f"{name}.json").read_bytes().hex()] for name in DRAWS]
    )
    assert [one["steps"] for one in found] == [
        ["plan", "secrets", "list", "beacon", "ranking"]
    ] * len(DRAWS)


def test_every_altered_proof_is_refused_in_the_browser_for_the_same_reason(in_browser):
    listed = json.loads((VECTORS / "mutations.json").read_text("utf-8"))
    bases = {base: mutations.load(base) for base in mutations.BASES}
    found = in_browser(*[["verify", mutations.apply(bases[one["base"]], one)] for one in listed])
    pairs = zip(listed, found, strict=True)
    assert [one for one, got in pairs if got.get("code") != one["reason"]] == []


def test_malformed_files_are_refused_in_the_browser_for_the_same_reason(in_browser):
    files = [one["hex"] if "hex" in one else one["text"].encode().hex() for one in MALFORMED]
    found = in_browser(*[["verifyHex", file] for file in files])
    assert [one.get("code") for one in found] == [one["reason"] for one in MALFORMED]


def test_random_rubbish_has_the_same_reason_on_both_sides(in_browser):
    chance, proof = random.Random(20261118), mutations.load("draw-sm3-2-round0.public")
    places = [path for path, _ in every_place(proof)]
    rubbish = [
        0,
        1,
        -1,
        "",
        "x",
        [],
        {},
        [1],
        {"a": 1},
        "0" * 32,
        "0" * 64,
        2**40,
        "中" * 129,
        "none",
        True,
        None,
    ]
    altered = [
        mutations.apply(
            proof,
            {"op": "set", "path": list(chance.choice(places)), "value": chance.choice(rubbish)},
        )
        for _ in range(400)
    ]
    expected = [reason(verifier.verify, one) for one in altered]
    found = in_browser(*[["verify", one] for one in altered])
    assert [one.get("code", "accepted") for one in found] == expected


def test_the_plan_of_the_notice_is_compared_in_the_browser(in_browser):
    proof = mutations.load(mutations.BASES[0])
    good = verifier.plan_hash(proof["plan"]).hex()
    calls = [
        ["verify", proof, {"plan": given}]
        for given in (good, good.upper(), mutations.flip(good), "")
    ]
    assert [one.get("code") for one in in_browser(*calls)] == [None, None, "plan_hash", "plan_hash"]


def test_texts_have_one_canonical_form_on_both_sides(in_browser):
    values = [
        "",
        '"\\/\x7f\x00\x1f',
        "项目\U0001f600\u2028",
        {"b": [1, -2], "a": {"€": "x", "\ufb33": 1, "\U0001f600": 2}},
    ]
    expected = [verifier.canonical(value).hex() for value in values]
    assert in_browser(*[["canonical", value] for value in values]) == expected
    assert in_browser(*[["reparse", one] for one in expected]) == expected


@pytest.mark.parametrize("alg", ["sha256", "sm3"])
def test_hashes_agree_at_every_length_around_a_block(alg, in_browser):
    data = [bytes(range(n % 256)) * (n // 256 + 1) for n in (*range(130), 1000, 100_000)]
    found = in_browser(*[["digest", alg, one.hex()] for one in data])
    assert found == [verifier.HASHES[alg](one).hex() for one in data]


@pytest.mark.parametrize("kind", VALUES)
def test_what_the_browser_seals_opens_here_with_every_pair_and_the_reverse(
    kind, in_browser, keys, guardians
):
    ctx, val = context(kind), VALUES[kind][1]
    described_guardians = [one.as_dict() for one in guardians]
    (theirs,) = in_browser(["seal", ctx, val, described_guardians])
    text = json.dumps(theirs).encode()
    theirs = envelopes.parse_envelope(text, ctx=ctx, guardians=guardians)
    released = [envelopes.release(theirs, key) for key in keys]
    assert [
        envelopes.open_envelope(theirs, pair) for pair in itertools.combinations(released, 2)
    ] == [val] * 3
    ours = envelopes.seal(ctx, val, guardians)
    shares = in_browser(*[["release", ours, key.name, described(key)] for key in keys])
    assert shares == [envelopes.release(ours, key) for key in keys]
    pairs = [list(pair) for pair in itertools.combinations(shares, 2)]
    assert in_browser(*[["open", ours, pair] for pair in pairs]) == [val] * 3
    assert in_browser(["open", ours, shares[:1]]) == [None]


@pytest.mark.parametrize("kind", ["floor", "bid", "draw_secret", "interest"])
def test_the_vectors_envelopes_open_in_the_browser(kind, vector, in_browser):
    held = vector(f"envelope-{kind}")
    calls = [["release", held["envelope"], name, held["guardians"][name]] for name in GUARDIANS]
    assert in_browser(*calls) == held["released"]
    pairs = itertools.combinations(held["released"], 2)
    assert (
        in_browser(*[["open", held["envelope"], list(pair)] for pair in pairs]) == [held["val"]] * 3
    )


def test_a_draw_secret_made_in_the_browser_is_the_one_committed_to(in_browser, keys, guardians):
    ctx = context("draw_secret")
    sealing = {
        "ctx": ctx,
        "guardians": [one.as_dict() for one in guardians],
        "draw": "D1",
        "alg": "sm3",
    }
    (made,) = in_browser(["makeDrawSecret", sealing])
    sealed = envelopes.check_envelope(made["envelope"], ctx=ctx, guardians=guardians)
    value = envelopes.open_envelope(sealed, [envelopes.release(sealed, key) for key in keys[:2]])
    assert commit("sm3", "D1", "monitor", value["secret"]) == made["commit"]


def test_an_interest_made_in_the_browser_hides_the_company_it_names(in_browser, keys, guardians):
    ctx = context("interest")
    sealing = {"ctx": ctx, "guardians": [one.as_dict() for one in guardians], "alg": "sha256"}
    interest = {"org": "91511700MA6200000X", "at": "2026-11-23T16:02:11+08:00"}
    (made,) = in_browser(["makeInterest", sealing, interest])
    sealed = envelopes.check_envelope(made["envelope"], ctx=ctx, guardians=guardians)
    value = envelopes.open_envelope(sealed, [envelopes.release(sealed, key) for key in keys[1:]])
    assert value == {**interest, "blind": made["blind"]}
    assert org_commit("sha256", interest["org"], made["blind"]) == made["org_commit"]
    assert interest["org"] not in json.dumps(made)


def test_inclusion_paths_are_checked_in_the_browser(in_browser):
    digest = merkle.HASHES["sm3"]
    leaves = [merkle.leaf_hash(digest, bytes([n])) for n in range(11)]
    tree = merkle.Tree(digest, merkle.MemoryStore())
    for one in leaves:
        tree.append(one)
    claims = [
        {
            "leaf": leaves[at].hex(),
            "index": at + wrong,
            "size": 11,
            "path": [x.hex() for x in tree.inclusion(at)],
            "head": tree.root().hex(),
        }
        for at in range(11)
        for wrong in (0, 1)
    ]
    assert in_browser(*[["inclusion", "sm3", one] for one in claims]) == [True, False] * 11


def test_keys_of_the_vectors_have_the_names_in_the_vectors(vector):
    held = vector("envelope-bid")
    for share in held["envelope"]["shares"]:
        key = from_scalar(share["to"], held["guardians"][share["to"]]["private_scalar"])
        assert (key.public.kid, key.public.public_key) == (
            share["kid"],
            held["guardians"][share["to"]]["public_key"],
        )
