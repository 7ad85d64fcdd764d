"""Floor prices and bids sealed by a real browser open here with every pair of guardians, and back."""

import itertools
import json

import hypothesis
import pytest
from hypothesis import strategies as st

from models.selection import envelope as envelopes
from models.selection import guardian_keys
from models.selection.verifier import MAX_INTEGER
from tests.browser.conftest import FRONTEND
from tests.models.selection.conftest import VECTORS

pytestmark = pytest.mark.browser
PROJECT = "7d1f0c52-9a54-4e0c-8f13-2b6f0a4d9c31"
TICKET = "50bc51e0cd06168c8dcdfc277d35f121"
KINDS = ("floor", "bid", "draw_secret", "interest")
PAGE = """<!doctype html><html lang="zh-CN"><head><title>密封</title><link rel="icon" href="data:,">
<script type="module" src="/src/entry.js"></script></head><body></body></html>"""
ENTRY = """import { hex, unhex } from './selection/bytes.js';
import * as envelopes from './selection/envelope.js';
const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
async function keyOf({ private_scalar: scalar, public_key: point }) {
  const jwk = { kty: 'EC', crv: 'P-256', d: text(unhex(scalar)), x: text(unhex(point.slice(2, 66))), y: text(unhex(point.slice(66))) };
  return crypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
}
const releaseAll = (sealed, keys) => Promise.all(keys.map(async (key) => envelopes.release(sealed, key.name, await keyOf(key), unhex(key.public_key))));
const openAll = async (sealed, released) => Promise.all([...envelopes.pairsOf(released), ...released.map((one) => [one])].map((some) => envelopes.open(sealed, some)));
window.sealAll = ([values, guardians]) => Promise.all(values.map(([ctx, val]) => envelopes.seal(ctx, val, guardians)));
window.openEach = ([sealed, keys]) => Promise.all(sealed.map(async (one) => { const released = await releaseAll(one, keys); return { released, found: await openAll(one, released) }; }));
"""
AMOUNTS = st.integers(0, MAX_INTEGER) | st.sampled_from([0, 1, 99, 100, MAX_INTEGER])
VALUES = st.lists(
    st.builds(lambda fen: ("floor", {"fen": fen}), AMOUNTS)
    | st.builds(lambda fen, seq: ("bid", {"fen": fen, "seq": seq}), AMOUNTS, AMOUNTS),
    min_size=1,
    max_size=12,
)


@pytest.fixture
def sealer(site, page):
    """A page of a real browser with the modules that seal and open."""
    source = FRONTEND / "src"
    for file in (*source.glob("selection/*.js"), *source.glob("lib/*.js")):
        site.show(f"/src/{file.relative_to(source)}", file.read_text("utf-8"), "text/javascript")
    site.show("/src/entry.js", ENTRY, "text/javascript")
    page.goto(site.show("/sealer", PAGE))
    page.wait_for_function("() => Boolean(window.sealAll)")
    yield page
    assert page.faults == []


@pytest.fixture(scope="module")
def keys():
    return [guardian_keys.make_key(name) for name in guardian_keys.GUARDIANS]


def context(kind):
    return {"project": PROJECT, "kind": kind, "holder": "owner" if kind == "floor" else TICKET}


def described(key):
    held = key.private.private_numbers().private_value
    scalar, point = f"{held:064x}", key.public.public_key
    return {"name": key.name, "private_scalar": scalar, "public_key": point}


def by_every_pair(sealed, keys):
    released = [envelopes.release(sealed, key) for key in keys]
    pairs = itertools.combinations(released, 2)
    return [envelopes.open_envelope(sealed, pair) for pair in pairs]


@hypothesis.given(VALUES)
@hypothesis.settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
def test_floors_and_bids_open_on_the_other_side_with_every_pair(sealer, keys, values):
    guardians = [key.public for key in keys]
    given = [(context(kind), val) for kind, val in values]
    theirs = sealer.evaluate("sealAll", [given, [one.as_dict() for one in guardians]])
    for (ctx, val), sealed in zip(given, theirs, strict=True):
        text = json.dumps(sealed).encode()
        read = envelopes.parse_envelope(text, ctx=ctx, guardians=guardians)
        assert by_every_pair(read, keys) == [val] * 3
        assert len(read["ct"]) == len(theirs[0]["ct"]), "no size tells the digits"
    ours = [envelopes.seal(ctx, val, guardians) for ctx, val in given]
    opened = sealer.evaluate("openEach", [ours, [described(key) for key in keys]])
    for (_, val), one in zip(given, opened, strict=True):
        assert one["found"] == [val] * 3 + [None] * 3, "two open, none alone"


@pytest.mark.parametrize("kind", KINDS)
def test_every_vector_opens_in_a_real_browser_with_every_pair(sealer, kind):
    held = json.loads((VECTORS / f"envelope-{kind}.json").read_text("utf-8"))
    keys = [{"name": name, **one} for name, one in held["guardians"].items()]
    (one,) = sealer.evaluate("openEach", [[held["envelope"]], keys])
    assert one["released"] == held["released"]
    assert one["found"] == [held["val"]] * 3 + [None] * 3
