import itertools

import hypothesis
import pytest
from hypothesis import strategies as st

from models.selection import draw_v1, platform_secrets, verifier
from models.selection.draw_secret import settle
from models.selection.draw_v1 import Ticket, Unopened
from models.selection.envelope import release, seal
from tests.models.selection.test_verifier import DRAWS, reason

FULL = [name for name in DRAWS if name.endswith(".full")]
ALGS = ["sha256", "sm3"]
SECRETS = {"monitor": "01" * 32, "owner": "02" * 32, "platform": "03" * 32}


def plan_of(alg="sha256", **changes):
    commits = {role: draw_v1.commit(alg, "D-1", role, secret) for role, secret in SECRETS.items()}
    fields = {
        "draw": "D-1",
        "not_before": "2026-11-25T10:00:00+08:00",
        "min_tickets": 2,
        "commits": commits,
    }
    return draw_v1.make_plan(**{**fields, "alg": alg, **changes})


def tickets_of(n):
    return [
        Ticket(ticket=f"{7 * i + 1:032x}", org=f"91511700MA62{i:06}", blind=f"{i:064x}")
        for i in range(n)
    ]


@pytest.mark.parametrize("name", FULL)
def test_the_vectors_come_out_byte_for_byte(name, vector):
    full = vector(name)
    plan, middle = full["plan"], vector(name.replace("full", "intermediate"))
    secrets = {one["role"]: one["secret"] for one in full["reveals"]}
    commits = {
        role: draw_v1.commit(plan["alg"], plan["draw"], role, secret)
        for role, secret in secrets.items()
    }
    built = draw_v1.make_plan(
        draw=plan["draw"],
        not_before=plan["not_before"],
        min_tickets=plan["min_tickets"],
        commits=commits,
        alg=plan["alg"],
        round_no=plan["round"],
        beacon_round=plan["beacon"].get("round"),
    )
    tickets = [Ticket(**one) for one in reversed(full["list"]["tickets"])]
    assert built == plan
    assert draw_v1.plan_hash(built) == middle["plan_hash"]
    assert draw_v1.make_proof(built, tickets, secrets, beacon=full["beacon"], open_all=True) == full
    assert draw_v1.make_proof(built, tickets, secrets, beacon=full["beacon"]) == vector(
        name.replace("full", "public")
    )
    key = draw_v1.seed(plan, full["list"]["root"], len(tickets), secrets, full["beacon"])
    assert key.hex() == middle["seed"]
    assert draw_v1.integer_below(plan["alg"], key, "k", 7) == middle["uniform_mod_7_label_k"]


@pytest.mark.parametrize("alg", ALGS)
@hypothesis.given(n=st.integers(2, 20), extra=st.integers(0, 2**32 - 1))
@hypothesis.settings(max_examples=25, deadline=None)
def test_a_draw_does_not_depend_on_the_order_of_its_tickets_and_verifies(alg, n, extra):
    plan, tickets = plan_of(alg, round_no=extra), tickets_of(n)
    one = draw_v1.make_proof(plan, tickets, SECRETS, open_all=True)
    other = draw_v1.make_proof(plan, tickets[::-1], SECRETS)
    assert one["result"] == other["result"]
    assert one["list"]["root"] == other["list"]["root"]


def test_every_ticket_can_win():
    tickets = tickets_of(3)
    won = {
        draw_v1.make_proof(plan_of(round_no=number), tickets, SECRETS)["result"]["winner"]
        for number in range(30)
    }
    assert won == {one.ticket for one in tickets}


@hypothesis.given(st.binary(min_size=32, max_size=32), st.integers(1, 2**64))
def test_an_integer_is_below_its_bound_and_always_the_same(key, n):
    drawn = draw_v1.integer_below("sha256", key, "x", n)
    assert 0 <= drawn < n
    assert draw_v1.integer_below("sha256", key, "x", n) == drawn


def test_an_integer_below_nothing_does_not_exist():
    with pytest.raises(ValueError):
        draw_v1.integer_below("sha256", bytes(32), "x", 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alg": "md5"}, "plan_alg"),
        ({"min_tickets": -1}, "plan_shape"),
        ({"not_before": "soon"}, "plan_shape"),
        ({"commits": {}}, "plan_commits"),
        ({"beacon_round": 0}, "plan_beacon"),
    ],
)
def test_a_plan_that_no_verifier_would_accept_is_not_made(changes, code):
    commits = {"owner": "00" * 32}
    fields = {
        "draw": "D",
        "not_before": "2026-11-25T10:00:00+08:00",
        "min_tickets": 2,
        "commits": commits,
    }
    with pytest.raises(draw_v1.DrawInvalidError) as caught:
        draw_v1.make_plan(**{**fields, **changes})
    assert caught.value.details["reason"] == code


@pytest.mark.parametrize(
    ("tickets", "secrets", "code"),
    [
        (tickets_of(1), SECRETS, "too_few"),
        (tickets_of(2) + tickets_of(1), SECRETS, "ticket_order"),
        (tickets_of(2), {**SECRETS, "owner": "ff" * 32}, "secret_commit"),
        (tickets_of(2), {"owner": SECRETS["owner"]}, "contributors"),
    ],
)
def test_a_proof_that_would_not_verify_is_not_made(tickets, secrets, code):
    with pytest.raises(draw_v1.DrawInvalidError) as caught:
        draw_v1.make_proof(plan_of(), tickets, secrets)
    assert caught.value.details["reason"] == code


@pytest.mark.parametrize("alg", ALGS)
def test_the_platforms_secret_is_one_of_the_years_list(alg, in_browser):
    secrets = platform_secrets.make_secrets(8)
    root, claim = platform_secrets.roots(secrets)[alg], platform_secrets.prove(secrets, 5, alg)
    given = {**SECRETS, "platform": secrets[5]}
    commits = {role: draw_v1.commit(alg, "D-1", role, secret) for role, secret in given.items()}
    proof = draw_v1.make_proof(plan_of(alg, commits=commits), tickets_of(3), given, platform=claim)
    assert verifier.verify(proof, None, root.upper()).steps[-1].code == "platform"
    moved = {**proof, "platform": {**claim, "i": 4}}
    spoilt = {**proof, "platform": {**claim, "path": ["00" * 32, *claim["path"][1:]]}}
    bare = {name: held for name, held in proof.items() if name != "platform"}
    calls = [["verify", one, {"platformRoot": root}] for one in (proof, moved, spoilt, bare)]
    expected = ["accepted", *["platform_path"] * 3]
    assert [
        reason(verifier.verify, one, None, root) for one in (proof, moved, spoilt, bare)
    ] == expected
    assert [one.get("code", "accepted") for one in in_browser(*calls)] == expected


def test_every_place_of_the_platforms_list_leads_to_its_root_and_no_other():
    secrets = platform_secrets.make_secrets(16)
    for alg, root in platform_secrets.roots(secrets).items():
        for i, secret in enumerate(secrets):
            claim = platform_secrets.prove(secrets, i, alg)
            path = [bytes.fromhex(one) for one in claim["path"]]
            given = bytes.fromhex(secret), path
            assert verifier.platform_root(verifier.HASHES[alg], i, *given).hex() == root
            assert verifier.platform_root(verifier.HASHES[alg], i ^ 1, *given).hex() != root
    assert len(set(platform_secrets.make_secrets())) == platform_secrets.LIST_SIZE


@pytest.mark.parametrize("size", [0, 3, 100])
def test_the_platforms_list_has_a_power_of_two_places(size):
    with pytest.raises(ValueError):
        platform_secrets.make_secrets(size)


@pytest.fixture
def sealed(keys, guardians):
    """Seal a contributor's secret and have every guardian release its share."""

    def make(secret=SECRETS["owner"], **ctx):
        context = {"project": "p1", "kind": "draw_secret", "holder": "owner", **ctx}
        envelope = seal(context, {"secret": secret}, guardians)
        return envelope, [release(envelope, key) for key in keys]

    return make


def test_any_two_guardians_settle_a_secret(sealed):
    envelope, released = sealed()
    for pair in itertools.combinations(released, 2):
        assert settle(plan_of(), "owner", envelope, pair) == SECRETS["owner"]
    assert settle(plan_of(), "owner", envelope, released[:1]) is None


def test_a_secret_other_than_the_committed_counts_as_empty_once_every_share_is_public(
    sealed, in_browser
):
    envelope, released = sealed(secret="ee" * 32)
    assert settle(plan_of(), "owner", envelope, released[:2]) is None
    empty = settle(plan_of(), "owner", envelope, released)
    assert isinstance(empty, Unopened)
    proof = draw_v1.make_proof(plan_of(), tickets_of(4), {**SECRETS, "owner": empty})
    assert "业主的密封件无法开启" in verifier.verify(proof).steps[1].detail
    assert "code" not in in_browser(["verify", proof])[0]


def test_shares_that_do_not_fit_together_open_nothing(sealed, in_browser):
    envelope, released = sealed()
    envelope["ct"] = envelope["ct"][:-2] + ("00" if envelope["ct"][-2:] != "00" else "11")
    empty = settle(plan_of(), "owner", envelope, released)
    proof = draw_v1.make_proof(plan_of(), tickets_of(4), {**SECRETS, "owner": empty})
    assert proof["reveals"][1]["secret"] == ""
    assert "code" not in in_browser(["verify", proof])[0]


def _alterations(proof, others):
    envelope, released = others
    yield (
        "an envelope that opens",
        ["reveals", 1],
        {"role": "owner", "secret": "", "envelope": envelope, "released": released},
    )
    path = ["reveals", 1]
    whole = proof["reveals"][1]
    yield "a share held back", [*path, "released"], whole["released"][:2]
    yield "the same share twice", [*path, "released", 2], whole["released"][1]
    yield "a share that is not the promised one", [*path, "released", 0, "share"], "01" + "00" * 32
    yield "a share from nobody", [*path, "released", 0, "from"], "mayor"
    yield "another holder", [*path, "envelope", "ctx", "holder"], "monitor"
    yield "another kind", [*path, "envelope", "ctx", "kind"], "bid"
    yield "a flag for the version", [*path, "envelope", "v"], True
    yield "no number of shares", [*path, "envelope", "k"], None
    yield "a short box", [*path, "envelope", "ct"], "00"
    yield "a stranger's kid", [*path, "envelope", "shares", 0, "kid"], None
    yield "no box for a guardian", [*path, "envelope", "shares", 0, "c"], ""
    yield "no envelope", [*path, "envelope"], None
    yield "a secret with an envelope", [*path, "secret"], SECRETS["owner"]


def test_an_empty_secret_is_accepted_on_no_other_ground(sealed, in_browser):
    from tests.models.selection.mutations import apply

    good, bad = sealed(), sealed(secret="ee" * 32)
    empty = settle(plan_of(), "owner", *bad)
    proof = draw_v1.make_proof(plan_of(), tickets_of(4), {**SECRETS, "owner": empty})
    altered = [
        apply(proof, {"op": "set", "path": path, "value": value})
        for _, path, value in _alterations(proof, good)
    ]
    expected = ["secret_empty"] * (len(altered) - 1) + ["proof_shape"]
    assert [reason(verifier.verify, one) for one in altered] == expected
    assert [
        one.get("code") for one in in_browser(*[["verify", one] for one in altered])
    ] == expected


def test_the_platforms_own_secret_is_never_empty(sealed):
    envelope, released = sealed(secret="ee" * 32, holder="platform")
    empty = settle(plan_of(), "platform", envelope, released)
    with pytest.raises(draw_v1.DrawInvalidError) as caught:
        draw_v1.make_proof(plan_of(), tickets_of(4), {**SECRETS, "platform": empty})
    assert caught.value.details["reason"] == "secret_empty"
