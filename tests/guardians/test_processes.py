"""Guardians as processes of their own open a draw of a platform that is really served."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.ledger.checkpoint import SigningKey
from models.ledger.tables import LedgerEntry
from models.selection.envelope import release
from models.selection.guardian_tables import GuardianRelease
from models.selection.tables import DrawContributor, DrawState
from models.selection.verifier import verify
from models.session import reading
from processes.guardian_program.folder import Folder
from tests.city import SELECTION
from tests.guardian_process import guardian_process, said
from tests.seeding import rows
from tests.worker_process import until

PAST = SELECTION + timedelta(minutes=2)
pytestmark = pytest.mark.timeout(300)
"""Three interpreters start beside the platform; a busy machine takes its time over them."""


def released(name: str) -> bool:
    """Whether the platform has shares of a guardian."""
    return any(len(row.share) > 33 for row in rows(GuardianRelease, guardian=name))


def logged(action: str) -> list[dict]:
    with reading() as session:
        bodies = session.query(LedgerEntry.body).filter(LedgerEntry.body.contains(f'"{action}"'))
        return [json.loads(body) for (body,) in bodies]


def test_three_machines_open_a_draw_also_what_was_sealed_before_a_rotation(opening) -> None:
    assert opening.city.draw(opening.story).state is DrawState.OPENING
    homes = [opening.home(name) for name in ("centre", "discipline", "regulator")]
    with (
        guardian_process(homes[0], PAST),
        guardian_process(homes[1], PAST),
        guardian_process(homes[2], PAST),
    ):
        assert until(lambda: all(map(released, ("centre", "discipline", "regulator")))), [
            said(home) for home in homes
        ]
    opening.wake(2)
    draw = opening.city.draw(opening.story)
    assert draw.state is DrawState.DRAWN
    assert verify(json.loads(draw.public_proof or ""))
    assert {one["after"]["guardian"] for one in logged("guardian:released")} == {
        "centre",
        "discipline",
        "regulator",
    }


def test_two_machines_open_while_the_third_is_away_and_another_lies(opening) -> None:
    with guardian_process(opening.home("centre"), PAST):
        assert until(lambda: released("centre")), said(opening.home("centre"))
    opening.wake(2)
    assert opening.city.draw(opening.story).state is DrawState.OPENING, "one alone opens nothing"

    draw = opening.city.draw(opening.story).id
    one = rows(GuardianRelease, guardian="centre")[0]
    lie = {"shares": [{"commit": one.commit, "share": "02" + "ab" * 32}]}
    answer = opening.program("discipline").post(f"/api/v1/guardian/cases/{draw}/shares", lie)
    assert answer.status == 422
    assert answer.json["code"] == "share_refused"
    assert logged("guardian:share_refused")[0]["after"]["guardian"] == "discipline"
    opening.wake(4)
    assert opening.city.draw(opening.story).state is DrawState.OPENING

    with guardian_process(opening.home("regulator"), PAST):
        assert until(lambda: released("regulator")), said(opening.home("regulator"))
    opening.wake(6)
    assert opening.city.draw(opening.story).state is DrawState.DRAWN


def test_a_clock_before_the_promised_time_and_another_logs_key_release_nothing(opening) -> None:
    early, forged = opening.home("centre"), opening.home("discipline")
    settings = json.loads((forged / "guardian.json").read_text("utf-8"))
    origin = settings["log_key"].split("+")[0]
    settings["log_key"] = _another_key(origin)
    (forged / "guardian.json").write_text(json.dumps(settings), "utf-8")
    with (
        guardian_process(early, SELECTION - timedelta(seconds=1)),
        guardian_process(forged, PAST),
    ):
        assert until(lambda: "还没有到公告的时间" in said(early)), said(early)
        assert until(lambda: "不是日志公钥所签" in said(forged)), said(forged)
    assert not released("centre")
    assert not released("discipline")
    opening.wake(2)
    assert opening.city.draw(opening.story).state is DrawState.OPENING


def _another_key(origin: str) -> str:
    return SigningKey(origin, Ed25519PrivateKey.generate()).public.text()


@pytest.mark.req("DZ-80b")
def test_what_guardians_release_lies_concealed_until_the_result(opening) -> None:
    with guardian_process(opening.home("centre"), PAST):
        assert until(lambda: released("centre")), said(opening.home("centre"))
    keys = Folder(opening.home("centre")).keys(None)
    stored = {row.commit: row.share for row in rows(GuardianRelease, guardian="centre")}
    for row in rows(DrawContributor):
        if row.envelope:
            share = bytes.fromhex(release(row.envelope, keys[0])["share"])
            assert share not in stored[row.envelope["commit"]]
