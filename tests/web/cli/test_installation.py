"""Commands on a prepared installation: set up again, look, import, publish, move the clock."""

import socket

from models.clock import business_now
from models.flow.job import Setting
from models.identity import authorities
from models.ledger.tables import LedgerEntry
from models.schema import is_current
from models.session import Write, reading, unit_of_work
from models.settings import ROOT
from processes import leases
from processes.training_clock import DEMONSTRATION
from tests.pki import Authority

DIAGRAM = str(ROOT / "tests" / "data" / "linear5.bpmn")


def test_setting_up_again_changes_nothing(command, installation):
    assert command("clock", "show")[0] == 0
    before = stored()
    code, output = command("setup")
    assert (code, "已就绪" in output) == (0, True)
    assert stored() == before


def stored():
    with reading() as session:
        return {
            "installation": session.get(Setting, "installation").value,
            "log": session.query(LedgerEntry).count(),
        }


def test_doctor_tells_each_thing_and_what_to_do_about_a_fault(command):
    code, output = command("doctor")
    assert code == 1
    assert "[正常] 数据库" in output
    assert "[问题] 工作进程：后台工作进程没有运行，请启动" in output
    leases.report_alive()
    code, output = command("doctor")
    assert (code, [line for line in output.splitlines() if "[问题]" in line]) == (0, [])


def test_doctor_finds_a_changed_log(command):
    command("clock", "show")
    with unit_of_work() as session:
        session.execute(
            LedgerEntry.__table__.update().where(LedgerEntry.seq == 0).values(body="{}")
        )
    leases.report_alive()
    code, output = command("doctor")
    assert code == 1
    assert "日志被改动过" in output


def test_doctor_finds_a_key_that_others_may_read(command, installation):
    (installation / "keys" / "log.key").chmod(0o644)
    assert "其他用户能读这些密钥文件：log.key" in command("doctor")[1]


def test_doctor_warns_of_an_address_without_https(command):
    output = command("doctor", SMALLWORKS_PUBLIC_URL="http://xegc.example.gov.cn")[1]
    assert "[问题] 网址" in output


def test_a_flow_is_imported_and_published(command):
    assert command("flow", "publish", "linear5")[0] == 1
    code, output = command("flow", "import", DIAGRAM, "--county", "dazhou")
    assert (code, "第 1 版草稿" in output) == (0, True)
    code, output = command("flow", "publish", "linear5", "--county", "dazhou")
    assert (code, "已发布" in output) == (0, True)


def test_a_faulty_flow_is_not_imported(command, tmp_path):
    faulty = str(ROOT / "tests" / "data" / "no_wait_cycle.bpmn")
    code, output = command("flow", "import", DIAGRAM, faulty)
    assert code == 1
    assert "没有保存" in output
    assert command("flow", "publish", "linear5")[0] == 1


def test_a_pack_goes_out_and_in_again(command, tmp_path):
    folder = tmp_path / "out"
    assert command("pack", "export", "dazhou", str(folder))[0] == 0
    assert (folder / "rules.toml").is_file()
    code, output = command("pack", "export", "dazhou", str(folder))
    assert (code, "不是空的" in output) == (1, True)
    assert command("pack", "load", str(ROOT / "bpmn" / "counties" / "dazhou"))[0] == 0
    packed = tmp_path / "dazhou.zip"
    assert command("pack", "export", "dazhou", str(packed))[0] == 0
    code, output = command("pack", "load", str(packed))
    assert (code, "已载入" in output) == (0, True), output
    packed.write_bytes(b"no zip")
    code, output = command("pack", "load", str(packed))
    assert (code, "不是 ZIP 文件" in output) == (1, True)


def test_a_list_of_the_revoked_finds_its_authority(command, tmp_path):
    ours, theirs = Authority("省中心"), Authority("别家")
    command("clock", "show")
    with unit_of_work() as session:
        authorities.register(session, "省中心", "*", ours.pem)
    for made, expected in ((theirs, "不是已登记的机构签发的"), (ours, "载入 省中心 的吊销列表")):
        file = tmp_path / "list.crl"
        file.write_bytes(made.crl())
        _, output = command("authority", "crl", str(file))
        assert expected in output


def test_a_token_for_nobody_is_refused(command):
    code, output = command("token", "create", "--account", "nobody")
    assert (code, "没有启用的账号“nobody”" in output) == (1, True)


def test_the_clock_of_real_business_is_not_moved(command):
    code, output = command("clock", "advance", "3d")
    assert (code, "真实业务" in output) == (1, True)


def test_the_training_clock_moves_by_days_working_days_and_hours(command):
    training = {"SMALLWORKS_TRAINING": "1"}
    command("clock", "set", "2026-11-20 15:00", "--standing", **training)
    # moved from the machine's time, so only forward from whatever day the tests run on
    code, _ = command("clock", "set", "2027-01-29 15:00", "--standing", **training)
    assert code == 0
    assert f"{business_now():%F %H:%M}" == "2027-01-29 15:00"
    command("clock", "advance", "1wd", **training)
    assert f"{business_now():%F %H:%M}" == "2027-02-01 15:00"
    command("clock", "advance", "4h", **training)
    assert f"{business_now():%F %H:%M}" == "2027-02-01 19:00"
    code, output = command("clock", "set", "2027-02-01 18:59", **training)
    assert (code, "只能向前" in output) == (1, True)


def test_a_step_nobody_understands_is_explained(command):
    code, output = command("clock", "advance", "soon", SMALLWORKS_TRAINING="1")
    assert (code, "看不懂“soon”" in output) == (1, True)


def test_a_demonstration_is_not_served_to_other_machines(command):
    command("clock", "show")
    with unit_of_work() as session:
        session.add(Setting(name=DEMONSTRATION, value=True))
    code, output = command("serve", SMALLWORKS_HOST="0.0.0.0")
    assert (code, "示范数据" in output) == (1, True)


def test_a_database_that_was_not_set_up_is_not_served(command, tmp_path):
    code, output = command("serve", SMALLWORKS_DATA_DIR=str(tmp_path / "new"))
    assert (code, "smallworks setup" in output) == (1, True)


def test_the_prepared_database_is_at_the_newest_version(command):
    command("clock", "show")
    assert is_current(Write.kw["bind"])


def test_half_a_demonstration_is_not_taken_for_a_whole_one(command, installation):
    command("clock", "show")
    with unit_of_work() as session:
        session.add(Setting(name=DEMONSTRATION, value=True))
    code, output = command("setup", "--demo")
    assert (code, "数据不完整" in output) == (1, True)


def test_an_address_in_use_is_said_with_what_to_do(command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, output = command("serve", SMALLWORKS_PORT=str(taken.getsockname()[1]))
    assert (code, "SMALLWORKS_PORT" in output) == (1, True)
