"""Guardians' keys, shares and readiness, by the models alone."""

import json
from datetime import timedelta

import pytest

from models.clock import system_now
from models.flow.job import Setting
from models.identity.account import Account, Grant
from models.identity.actor import PLATFORM
from models.ids import new_id
from models.selection import (
    guardian_cases,
    guardian_keys,
    guardian_passphrase,
    guardian_rehearsals,
    guardian_roster,
    guardian_shares,
    guardians,
    locked_key,
)
from models.selection.envelope import release
from models.selection.guardian_cases import NeverOpensError
from models.selection.guardian_errors import (
    HolderTwiceError,
    HolderUnknownError,
    PublicKeyInvalidError,
    PublicKeyKnownError,
)
from models.selection.guardian_keys import GuardianKeyMissingError
from models.selection.guardian_roster import Keeper
from models.selection.guardian_shares import ShareRefusedError
from models.selection.guardian_tables import GuardianRelease
from models.selection.guardians import GuardiansTogetherError
from models.selection.locked_key import PassphraseShortError, PassphraseWrongError
from models.selection.tables import Guardian
from models.session import reading, unit_of_work
from models.settings import Settings
from tests import seeding
from tests.seeding import SELECTION_AT, rows

PHRASE = "旧码头的石阶上有月光"[:10] + "-01"


@pytest.fixture
def town(database, tmp_path):
    return seeding.build_town(Settings(data_dir=str(tmp_path / "data"), secret_key="s" * 64))


@pytest.fixture
def draw(town):
    made = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, made, account_id)
    return seeding.freeze(town, made)


def keeper(username: str, person: str = "", role: str = "guardian") -> None:
    with unit_of_work() as session:
        account = Account(
            username=username,
            name=username,
            person=person,
            fs_uniquifier=new_id(),
            created_at=system_now(),
        )
        session.add(account)
        session.flush()
        session.add(Grant(account_id=account.id, role=role, county_code=seeding.COUNTY))


def register(town, name: str, holder: str):
    key = guardian_keys.make_key(name)
    give(town, Keeper(name, holder=holder), key.public.public_key)
    return key


def give(town, given: Keeper, public_key: str) -> None:
    with unit_of_work() as session:
        guardian_roster.register(session, town.settings, PLATFORM, given, public_key)


def lock(town, name: str, holder: str) -> None:
    with unit_of_work() as session:
        given = Keeper(name, holder=holder)
        guardian_roster.lock(session, town.settings, PLATFORM, given, PHRASE)


# keys


def test_a_locked_key_opens_with_its_passphrase_alone(tmp_path) -> None:
    key = guardian_keys.make_key("centre")
    path = guardian_keys.save_key(tmp_path, key, PHRASE)
    assert "private_scalar" not in path.read_text("utf-8")
    assert guardian_keys.load_key(tmp_path, "centre", passphrase=PHRASE).public == key.public
    with pytest.raises(PassphraseWrongError):
        guardian_keys.load_key(tmp_path, "centre", passphrase=PHRASE + "x")
    with pytest.raises(GuardianKeyMissingError):
        guardian_keys.load_key(tmp_path, "centre")
    with pytest.raises(PassphraseShortError):
        guardian_keys.save_key(tmp_path / "other", key, "short")


def test_an_altered_key_file_is_refused_and_asks_for_no_endless_work(tmp_path) -> None:
    path = guardian_keys.save_key(tmp_path, guardian_keys.make_key("centre"), PHRASE)
    held = json.loads(path.read_text("utf-8"))
    other = guardian_keys.make_key("centre").public
    wrong = [
        {**held, "public_key": other.public_key, "kid": other.kid},
        {**held, "locked": {**held["locked"], "n": 2**30}},
        {**held, "locked": {**held["locked"], "kdf": "plain"}},
        {**held, "locked": {}},
        {"kid": "x"},
    ]
    for one in wrong:
        path.write_text(json.dumps(one), "utf-8")
        with pytest.raises((GuardianKeyMissingError, PassphraseWrongError)):
            guardian_keys.load_key(tmp_path, "centre", passphrase=PHRASE)


def test_a_replaced_key_stays_and_is_found_by_its_number(tmp_path) -> None:
    first, second, third = (guardian_keys.make_key("centre") for _ in range(3))
    guardian_keys.save_key(tmp_path, first)
    guardian_keys.replace_key(tmp_path, second)
    guardian_keys.replace_key(tmp_path, third)
    assert guardian_keys.load_key(tmp_path, "centre").public == third.public
    for key in (first, second, third):
        found = guardian_keys.load_key(tmp_path, "centre", key.public.kid)
        assert found.public == key.public
    with pytest.raises(GuardianKeyMissingError):
        guardian_keys.load_key(tmp_path, "centre", "00000000")
    modes = {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()}
    assert modes == {0}


def test_the_cost_of_a_passphrase_is_not_small() -> None:
    assert locked_key.COST["n"] * locked_key.COST["r"] * 128 >= 64 * 2**20


# who they are


def test_three_guardians_are_three_people(town) -> None:
    keeper("a", "person-1")
    keeper("b", "person-1")
    keeper("c", role="trading_centre")
    register(town, "centre", "a")
    for holder, error in (("a", HolderTwiceError), ("b", HolderTwiceError)):
        with pytest.raises(error):
            register(town, "discipline", holder)
    for holder in ("c", "nobody", ""):
        with pytest.raises(HolderUnknownError):
            register(town, "discipline", holder)
    register(town, "centre", "b")
    assert len(rows(Guardian)) == 5, "former keys stay in the list"


def test_only_a_new_point_on_the_curve_is_registered(town) -> None:
    keeper("a")
    key = register(town, "centre", "a")
    wrong = ("", "04ff", "zz" * 65, "04" + "00" * 64, key.public.public_key[:-2])
    for text, error in [
        *((one, PublicKeyInvalidError) for one in wrong),
        (key.public.public_key, PublicKeyKnownError),
    ]:
        with pytest.raises(error):
            give(town, Keeper("centre", holder="a"), text)


# shares


def test_what_was_sealed_before_a_rotation_opens_with_the_former_keys(town, draw) -> None:
    for name in guardian_keys.GUARDIANS:
        with unit_of_work() as session:
            guardian_roster.renew(session, town.settings, PLATFORM, Keeper(name))
    assert seeding.hold(town, draw).winner_ticket


def test_a_passphrase_entered_releases_everything_that_waits(town) -> None:
    for name in ("centre", "discipline"):
        keeper(f"k.{name}")
        lock(town, name, f"k.{name}")
    made = seeding.announce(town)
    for account_id in town.contractors:
        seeding.join(town, made, account_id)
    seeding.freeze(town, made)
    seeding.open_(town, made)
    assert seeding.rows(type(made), id=made.id)[0].opened_at is None
    with reading() as session:
        (account,) = rows(Account, username="k.centre")
        actor = seeding.actor(account.id)
        held = guardian_passphrase.locked_rows(session, actor)
    keys = guardian_passphrase.unlock(town.settings, held, PHRASE)
    with unit_of_work() as session:
        done = guardian_passphrase.answer_all(session, town.settings, actor, keys, SELECTION_AT)
    assert (done.released, done.rehearsed) == (2 + len(town.contractors), True)
    assert seeding.hold(town, made).winner_ticket


def test_a_share_that_is_not_the_promised_one_is_refused(town, draw) -> None:
    with unit_of_work() as session:
        (envelope, *_) = guardian_cases.sealed_of(session, draw)
        for share in ("02" + "ab" * 32, "", "01" * 33, "zz"):
            released = {"from": "discipline", "share": share}
            with pytest.raises(ShareRefusedError):
                guardian_shares.keep(session, town.settings, draw, envelope, released)
    assert rows(GuardianRelease) == []


def test_a_notice_is_refused_when_two_guardians_found_a_secret_bad(town) -> None:
    made = seeding.announce(town)
    with unit_of_work() as session:
        (envelope, *_) = guardian_cases.trials_of(session, made)
        guardian_shares.keep_trial(session, made, envelope, "centre", is_sound=False)
        session.flush()
        guardian_cases.check_will_open(session, town.settings, made)
        guardian_shares.keep_trial(session, made, envelope, "regulator", is_sound=False)
        session.flush()
        with pytest.raises(NeverOpensError, match="交易中心、行业主管部门"):
            guardian_cases.check_will_open(session, town.settings, made)


# readiness, and who could open early


def faults(town, at=None) -> dict[str, str]:
    with reading() as session:
        now = at or system_now()
        return {one.name: one.fault for one in guardians.ready(session, town.settings, now)}


def warning() -> str:
    with reading() as session:
        return guardians.warning(session)


def test_a_bidding_is_announced_only_with_two_keepers_apart(town) -> None:
    def check() -> None:
        with reading() as session:
            guardians.check_may_announce_bidding(session, town.settings)

    assert "三个保管方的密钥都在本平台" in warning()
    with pytest.raises(GuardiansTogetherError, match="只有0家"):
        check()
    keeper("a")
    keeper("b")
    register(town, "centre", "a")
    assert "两个保管方的密钥在本平台" in warning()
    with pytest.raises(GuardiansTogetherError, match="只有1家"):
        check()
    lock(town, "discipline", "b")
    assert "口令" in warning()
    check()
    with unit_of_work() as session:
        guardian_roster.renew(session, town.settings, PLATFORM, Keeper("discipline"))
    with pytest.raises(GuardiansTogetherError):
        check()
    with unit_of_work() as session:
        session.add(Setting(name="demonstration", value=True))
    check()


def test_a_training_installation_may_announce(town) -> None:
    training = Settings(data_dir=town.settings.data_dir, training="1")
    with reading() as session:
        guardians.check_may_announce_bidding(session, training)


def test_a_guardian_is_ready_once_it_was_heard_and_has_rehearsed(town) -> None:
    assert set(faults(town).values()) == {""}
    keeper("a")
    key = register(town, "centre", "a")
    assert "还没有与平台联系过" in faults(town)["centre"]
    with unit_of_work() as session:
        session.query(Guardian).filter_by(kid=key.public.kid).one().seen_at = system_now()
    assert "还没有演练过" in faults(town)["centre"]
    with unit_of_work() as session:
        rehearsal = guardian_rehearsals.waiting(session, "centre")
        assert rehearsal is not None
        share = release(rehearsal.envelope, key)
        guardian_rehearsals.take(session, rehearsal, share)
        assert guardian_rehearsals.waiting(session, "centre") is None
    assert faults(town)["centre"] == ""
    silent = system_now() + timedelta(minutes=31)
    assert "没有联系" in faults(town, silent)["centre"]
    (town.settings.keys / "guardians" / "regulator.json").unlink()
    assert "不在本机" in faults(town)["regulator"]


def test_a_rehearsal_that_is_not_answered_in_time_is_told(town) -> None:
    keeper("a")
    lock(town, "centre", "a")
    with unit_of_work() as session:
        session.query(Guardian).filter_by(is_locked=True).one().rehearsed_at = system_now()
    with unit_of_work() as session:
        guardian_rehearsals.begin(session, town.settings, PLATFORM)
    assert faults(town)["centre"] == "", "there is still time"
    late = system_now() + timedelta(days=8)
    assert "没有完成" in faults(town, late)["centre"]
