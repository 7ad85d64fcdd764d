"""The commands: back up, export the keys, and stand up again elsewhere."""

import re
import shutil

import pytest
from click.testing import CliRunner

from web.cli import main


@pytest.fixture
def elsewhere(tmp_path):
    """Run one command on another machine's data directory."""

    def run(*arguments):
        environ = {"SMALLWORKS_DATA_DIR": str(tmp_path / "elsewhere")}
        result = CliRunner().invoke(main, arguments, env=environ, catch_exceptions=False)
        return result.exit_code, result.output

    return run


def test_an_installation_stands_up_elsewhere_from_two_files(command, elsewhere, tmp_path):
    data, sealed, recovery = tmp_path / "a.backup", tmp_path / "a.keys", tmp_path / "recovery"
    assert command("keys", "recovery", str(recovery))[0] == 0
    code, output = command("backup", str(data))
    assert (code, "密钥不在备份里" in output) == (0, True)
    fingerprint = re.search(r"[0-9a-f]{64}", output)[0]
    code, output = command("keys", "export", str(sealed))
    assert (code, "任意" not in output, "[注意]" in output) == (0, True, False)

    code, output = elsewhere("restore", str(data), "--fingerprint", fingerprint)
    assert (code, "[缺密钥] keys/log.key" in output) == (0, True)
    two = [f"--key={recovery / name}.json" for name in ("centre", "regulator")]
    code, output = elsewhere("keys", "import", str(sealed), *two)
    assert (code, "已放回" in output) == (0, True)
    faults = [line for line in elsewhere("doctor")[1].splitlines() if line.startswith("[问题]")]
    assert [line.split("：")[0] for line in faults] == ["[问题] 工作进程"]


def test_what_cannot_be_restored_is_said_in_one_sentence(command, elsewhere, tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"nothing")
    code, output = elsewhere("restore", str(broken))
    assert (code, "备份文件不完整或被改动过" in output) == (1, True)
    assert command("backup", str(tmp_path / "a.backup"))[0] == 0
    code, output = command("restore", str(tmp_path / "a.backup"))
    assert (code, "已有数据" in output) == (1, True)
    code, output = command("backup", str(tmp_path / "a.backup"))
    assert (code, "已经存在" in output) == (1, True)
    assert elsewhere("restore", str(tmp_path / "none"))[0] == 2


def test_an_export_sealed_to_keys_on_this_machine_alone_warns(command, tmp_path):
    code, output = command("keys", "export", str(tmp_path / "a.keys"))
    assert (code, "本机毁坏后这份导出也打不开" in output) == (0, True)


def test_keys_restored_from_the_data_directory_alone_are_whole(command, installation, tmp_path):
    shutil.rmtree(installation / "keys" / "guardians")
    output = command("doctor")[1]
    assert "缺少密钥：keys/guardians/centre.json" in output
