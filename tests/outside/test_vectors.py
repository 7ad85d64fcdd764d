"""The outside verifier itself: it accepts the published examples and refuses altered ones."""

import json
from pathlib import Path

import pytest

from tests.outside import draw_check, sealing

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
DRAWS = sorted(VECTORS.glob("draw-*.full.json")) + sorted(VECTORS.glob("draw-*.public.json"))
ENVELOPES = sorted(VECTORS.glob("envelope-*.json"))


def load(path):
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", DRAWS, ids=lambda path: path.stem)
def test_a_published_example_is_accepted(path):
    proof = load(path)
    assert draw_check.check(proof) == proof["result"]["winner"]


@pytest.mark.parametrize("path", DRAWS, ids=lambda path: path.stem)
def test_another_winner_is_refused(path):
    proof = load(path)
    proof["result"]["winner"] = proof["result"]["ranking"][1]
    with pytest.raises(draw_check.RefusedProof, match="winner"):
        draw_check.check(proof)


@pytest.mark.parametrize("path", ENVELOPES, ids=lambda path: path.stem)
def test_any_two_shares_of_a_published_envelope_open_it(path):
    example = load(path)
    released = [bytes.fromhex(one["share"]) for one in example["released"]]
    assert set(map(str, sealing.opened(example["envelope"], released))) == {str(example["val"])}
