"""The key of one draw: made once, closed to others, gone for good when forgotten."""

import stat

import pytest

from models.selection import draw_keys
from models.settings import Settings

DRAW = "ab" * 16


@pytest.fixture
def settings(tmp_path):
    made = Settings(data_dir=str(tmp_path), secret_key="s" * 64)
    draw_keys.make(made, DRAW)
    return made


def test_a_key_is_made_once_and_only_its_owner_may_read_it(settings):
    before = draw_keys.pseudonym(settings, DRAW, "91")
    draw_keys.make(settings, DRAW)
    assert draw_keys.pseudonym(settings, DRAW, "91") == before
    path = settings.keys / "draws" / f"{DRAW}.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_same_company_has_another_name_in_another_draw(settings):
    draw_keys.make(settings, "cd" * 16)
    names = {draw_keys.pseudonym(settings, one, "91") for one in (DRAW, "cd" * 16)}
    assert len(names) == 2


def test_what_is_concealed_is_revealed_again_and_never_looks_twice_the_same(settings):
    first = draw_keys.conceal(settings, DRAW, "李工 13900000000")
    second = draw_keys.conceal(settings, DRAW, "")
    assert draw_keys.reveal(settings, DRAW, first) == "李工 13900000000"
    assert draw_keys.reveal(settings, DRAW, second) == ""
    assert len(first) == len(second)
    assert first != draw_keys.conceal(settings, DRAW, "李工 13900000000")


def test_a_changed_block_is_not_read(settings):
    block = bytearray(draw_keys.conceal(settings, DRAW, "李工"))
    block[-1] ^= 1
    with pytest.raises(draw_keys.DrawKeyMissingError):
        draw_keys.reveal(settings, DRAW, bytes(block))


def test_what_does_not_fit_a_block_is_never_cut(settings):
    with pytest.raises(ValueError, match="too long"):
        draw_keys.conceal(settings, DRAW, "字" * 400)


def test_a_forgotten_key_is_gone_and_says_what_to_do(settings):
    draw_keys.forget(settings, DRAW)
    draw_keys.forget(settings, DRAW)
    assert not draw_keys.exists(settings, DRAW)
    with pytest.raises(draw_keys.DrawKeyMissingError, match="doctor"):
        draw_keys.pseudonym(settings, DRAW, "91")
