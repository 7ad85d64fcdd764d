"""The single-file verifier on transcripts of openings: what follows is accepted, all else refused."""

import json
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import hypothesis
import pytest

from models.selection import envelope, verifier
from tests.models.selection import mutations, opening_mutations
from tests.models.selection.conftest import VECTORS
from tests.models.selection.test_verifier import junk, reason
from tests.outside import opening_check
from tests.outside.draw_check import RefusedProof

ALTERED = json.loads((VECTORS / "opening_mutations.json").read_text("utf-8"))


@cache
def base(name):
    whole = opening_mutations.load(name)
    return whole, opening_mutations.expected(whole)


def check(whole, told, decrypt=envelope.decrypt):
    return verifier.verify_opening(whole, told["floor"], told["root"], told["hash"], decrypt)


@pytest.mark.parametrize("name", opening_mutations.BASES)
def test_every_transcript_is_accepted_by_python_alone_and_by_the_outside_verifier(name):
    whole, told = base(name)
    report = check(whole, told, verifier.gcm_open)
    assert report.is_compared
    assert report.verdict.startswith("核验通过")
    price, tied = opening_check.check(whole, told["floor"], told["root"])
    assert (report.price, list(report.tied)) == (price, tied)


@pytest.mark.parametrize("name", opening_mutations.BASES)
def test_without_notice_and_log_it_says_what_is_still_to_compare(name):
    whole, told = base(name)
    for given in ({}, {"floor_commit": told["floor"]}, {"root": told["root"]}):
        report = verifier.verify_opening(whole, **given, decrypt=envelope.decrypt)
        assert not report.is_compared
        assert "没有全部比对" in report.verdict
        assert any("未比对" in step.detail for step in report.steps)


@pytest.mark.parametrize("name", opening_mutations.BASES)
def test_what_notice_log_and_award_print_is_compared(name):
    whole, told = base(name)
    spaced = {key: f" {value.upper()}\n" for key, value in told.items()}
    assert check(whole, spaced).is_compared
    codes = {"floor": "floor_commit", "root": "envelope_root", "hash": "opening_hash"}
    for key, code in codes.items():
        for bad in (mutations.flip(told[key]), "", "abc"):
            assert reason(check, whole, told | {key: bad}) == code


def test_the_altered_transcripts_on_file_are_the_generated_ones():
    text = (VECTORS / "opening_mutations.json").read_text("utf-8")
    assert text == opening_mutations.text()


@pytest.mark.parametrize("name", opening_mutations.BASES)
def test_every_field_of_a_transcript_is_altered_somewhere(name):
    altered = {tuple(one["path"]) for one in ALTERED if one["base"] == name}
    assert {path for path, _ in opening_mutations.places(base(name)[0])} <= altered


@pytest.mark.parametrize("name", opening_mutations.BASES)
def test_every_altered_transcript_is_refused_for_its_reason(name):
    whole, told = base(name)
    wrong = {}
    for one in ALTERED:
        if one["base"] != name:
            continue
        found = reason(check, mutations.apply(whole, one), told)
        if found != one["reason"]:
            wrong[json.dumps(one)] = found
    assert not wrong


def test_every_reason_is_the_reason_for_something():
    assert {one["reason"] for one in ALTERED} == set(verifier.OPENING_REASONS)


OUTCOME = {"settled_price", "settled_tied", "floor_commit", "envelope_root", "bid_order"}


def test_the_outside_verifier_too_refuses_what_would_change_the_outcome():
    accepted = []
    listed = [one for one in ALTERED if one["reason"] in OUTCOME]
    for one in random.Random(76).sample(listed, 60):
        whole, told = base(one["base"])
        try:
            opening_check.check(mutations.apply(whole, one), told["floor"], told["root"])
        except (RefusedProof, TypeError):
            continue
        accepted.append(one)
    assert accepted == []


@pytest.mark.parametrize("name", opening_mutations.BASES)
def test_alterations_have_the_same_reason_in_the_browser(name, in_browser):
    whole, told = base(name)
    # each has its reason in Python; here a part of them, because a browser takes longer
    of_base = [one for one in ALTERED if one["base"] == name]
    listed = random.Random(name).sample(of_base, 240)
    calls = [["verifyOpening", mutations.apply(whole, one), told] for one in listed]
    found = in_browser(["verifyOpening", whole, told], *calls)
    assert "steps" in found[0]
    pairs = zip(listed, found[1:], strict=True)
    assert [one for one, got in pairs if got.get("code") != one["reason"]] == []


SMALL = opening_mutations.load("opening-tie")


@hypothesis.given(junk(SMALL))
@hypothesis.settings(max_examples=100, deadline=None)
def test_rubbish_anywhere_gives_a_reason_and_never_a_traceback(change):
    path, value = change
    place = SMALL
    for step in path:
        place = place[step]
    hypothesis.assume(place != value or type(place) is not type(value))
    altered = mutations.apply(SMALL, {"op": "set", "path": list(path), "value": value})
    assert reason(check, altered, base("opening-tie")[1]) in verifier.OPENING_REASONS


@pytest.mark.parametrize("whole", [None, [], {}, "", 1, {"settled": {}}])
def test_what_is_no_transcript_is_refused(whole):
    assert reason(verifier.verify_opening, whole) == "opening_shape"


def test_a_guardian_that_has_not_answered_is_waited_for_and_two_bad_shares_are_an_answer():
    whole, _ = base("opening-one")
    at = next(
        n
        for n, one in enumerate(whole["bids"])
        if one["val"] is None and not envelope.open_bytes(one["envelope"], one["released"])
    )

    def answered(*shares):
        told = [
            {"from": name, "share": share}
            for name, share in zip(verifier.GUARDIANS, shares, strict=True)
            if share is not None
        ]
        change = {"op": "set", "path": ["bids", at, "released"], "value": told}
        altered = mutations.apply(whole, change)
        return reason(lambda: verifier.verify_opening(altered, decrypt=envelope.decrypt))

    good = [one["share"] for one in whole["bids"][at]["released"]]
    assert answered(*good) == "accepted"
    assert answered("", *good[1:]) == "accepted"
    assert answered("", "", None) == "accepted"
    assert answered("", "", "") == "accepted"
    for lacking in ((None, *good[1:]), ("", None, good[2]), ("", None, None), (None, None, None)):
        assert answered(*lacking) == "bid_released"


def test_the_single_file_recognises_an_opening_and_runs_alone(tmp_path):
    alone = tmp_path / "smallworks-verify.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    _, told = base("opening-one")

    def run(*more):
        command = [sys.executable, "-I", "-S", str(alone), *more]
        return subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)

    path = str(VECTORS / "opening-one.json")
    good = run(path, "--floor", told["floor"], "--root", told["root"], "--hash", told["hash"])
    assert (good.returncode, good.stderr) == (0, b"")
    assert "305,000.00元" in good.stdout.decode()
    assert "核验通过" in good.stdout.decode()
    bad = run(path, "--root", "00")
    assert (bad.returncode, bad.stderr) == (1, b"")
    assert "原因代码：envelope_root" in bad.stdout.decode()
