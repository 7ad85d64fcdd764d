"""``smallworks guardian``: a machine's own folder, and the key ceremony by command."""

import json
import re

from click.testing import CliRunner

from models.clock import system_now
from models.identity.account import Account, Grant
from models.ids import new_id
from models.installation import log_key
from models.selection.tables import Guardian
from models.session import open_database, reading, unit_of_work
from models.settings import Settings
from processes.guardian_program.folder import Folder
from tests.seeding import rows
from web.cli import main

POINT = re.compile(r"^04[0-9a-f]{128}$", re.MULTILINE)
PHRASE = "a passphrase of one's own"


def log_public_key(installation) -> str:
    settings = Settings(data_dir=str(installation))
    engine = open_database(settings)
    with reading() as session:
        key = log_key(session, settings).public.text()
    engine.dispose()
    return key


def program(*arguments: str, answer: str = "") -> tuple[int, str]:
    """Run a command that knows nothing of the installation."""
    done = CliRunner().invoke(main, ["guardian", *map(str, arguments)], input=answer)
    return done.exit_code, done.output


def made(tmp_path, key: str, *more: str):
    home, token = tmp_path / "guardian", tmp_path / "token"
    token.write_text("sw_token\n", "utf-8")
    asked = ("--folder", home, "--name", "centre", "--url", "http://127.0.0.1:9", "--key", key)
    return home, program("init", *asked, "--token-file", token, *more)


def holder(installation, username: str) -> None:
    engine = open_database(Settings(data_dir=str(installation)))
    with unit_of_work() as session:
        account = Account(
            username=username, name=username, fs_uniquifier=new_id(), created_at=system_now()
        )
        session.add(account)
        session.flush()
        session.add(Grant(account_id=account.id, role="guardian", county_code="*"))
    engine.dispose()


def test_a_machine_is_set_up_registered_and_its_key_replaced(installation, command, tmp_path):
    home, (code, told) = made(tmp_path, log_public_key(installation))
    assert code == 0, told
    public = POINT.findall(told)[0]
    assert {path.stat().st_mode & 0o077 for path in home.rglob("*") if path.is_file()} == {0}
    assert (
        program(
            "init",
            "--folder",
            home,
            "--name",
            "centre",
            "--url",
            "http://127.0.0.1:9",
            "--key",
            log_public_key(installation),
            "--token-file",
            tmp_path / "token",
        )[0]
        == 1
    )

    holder(installation, "k.centre")
    given = ("register", "centre", "--key", public, "--holder", "k.centre", "--yes")
    code, told = command("guardian", *given)
    assert (code, "已登记" in told) == (0, True), told
    assert "登记过" in command("guardian", *given)[1]
    code, told = command("guardian", "list")
    assert "[未就绪] 交易中心（centre" in told
    assert "还没有与平台联系过" in told
    assert "[就绪] 行业主管部门" in told

    code, told = program("rotate", "--folder", home)
    assert code == 0
    assert POINT.findall(told)[0] != public
    code, told = program("status", "--folder", home)
    assert (told.count("现用密钥"), told.count("以前的密钥")) == (1, 1)
    code, told = program("rehearse", "--folder", home)
    assert told.count("完好") == 2
    assert "连不上平台" in told
    assert code == 3
    assert program("run", "--once", "--folder", home)[0] == 3
    assert "sw_token" not in told


def test_a_locked_machine_asks_for_its_passphrase(installation, tmp_path):
    phrase = tmp_path / "phrase"
    phrase.write_text(PHRASE, "utf-8")
    home, (code, _) = made(tmp_path, log_public_key(installation), "--passphrase-file", phrase)
    assert code == 0
    assert "用口令锁定" in program("status", "--folder", home)[1]
    assert "口令不对" in program("run", "--once", "--folder", home, answer="wrong, wrong\n")[1]
    code, told = program("run", "--once", "--folder", home, "--passphrase-file", phrase)
    assert (code, "连不上平台" in told) == (3, True)
    assert PHRASE not in told


def test_wrong_ways_are_told_in_one_sentence(installation, tmp_path):
    key = log_public_key(installation)
    base = ["init", "--folder", tmp_path / "x", "--name", "centre", "--url"]
    assert "https" in program(*base, "http://example.org", "--key", key)[1]
    assert "公钥写法不对" in program(*base, "https://example.org", "--key", "nonsense+1")[1]
    for verb in ("run", "status", "rehearse", "rotate"):
        code, told = program(verb, "--folder", tmp_path / "nothing")
        assert (code, "没有保管人" in told) == (1, True), verb
    home, _ = made(tmp_path, key)
    (home / "state.json").write_text("{", "utf-8")
    code, told = program("run", "--once", "--folder", home)
    assert "读不出来" in told
    (home / "state.json").unlink()
    program("token", "--folder", home, "--token-file", _file(tmp_path, "sw_next"))
    assert Folder(home).token() == "sw_next"
    settings = json.loads((home / "guardian.json").read_text("utf-8"))
    assert settings["log_key"] == key


def _file(folder, text: str):
    path = folder / "next"
    path.write_text(text, "utf-8")
    return path


def test_a_key_here_is_locked_by_its_holder_and_renewed(installation, command):
    holder(installation, "k.discipline")
    asked = ["guardian", "lock", "discipline", "--holder", "k.discipline"]
    environ = {"SMALLWORKS_DATA_DIR": str(installation)}
    short = CliRunner().invoke(main, asked, input="short\nshort\n", env=environ)
    assert "至少12个字符" in short.output
    done = CliRunner().invoke(main, asked, input=f"{PHRASE}\n{PHRASE}\n", env=environ)
    assert done.exit_code == 0, done.output
    assert PHRASE not in done.output
    assert "用口令锁定" in command("guardian", "list")[1]
    code, told = command("guardian", "rehearsal")
    assert code == 0, told
    assert command("guardian", "renew", "discipline", "--yes")[0] == 0
    assert "[未就绪]" not in command("guardian", "list")[1]
    assert sorted(row.is_locked for row in rows(Guardian, name="discipline")) == [
        False,
        False,
        True,
    ]
    files = sorted(path.name for path in (installation / "keys" / "guardians").glob("discipline*"))
    assert len(files) == 3
