"""Files and names that a person wrote wrongly are told, not stumbled over."""

import pytest

from processes.cases.acting import Row, RowWrongError, act_of
from processes.proposals import own_roles, retiring
from processes.proposals.new_flow import check_new


@pytest.mark.parametrize("sign", ["\x01", "\n", "\x7f", "\uffff"])
def test_a_title_that_no_diagram_can_hold_is_refused(sign: str) -> None:
    assert "控制字符" in check_new("fine_key", f"会{sign}签", ())["title"]


def test_a_wait_of_thousands_of_digits_is_told_at_its_row() -> None:
    with pytest.raises(RowWrongError, match="最多6位数字"):
        act_of(Row("wait", "days", amount="9" * 5_000))
    assert act_of(Row("wait", "days", amount="20")) == {"wait": {"days": 20}}


@pytest.mark.parametrize("body", [b"code = ", b"\xff", b'withholds = "enquiry"'])
def test_a_wrong_manifest_is_to_be_put_right_first(body: bytes) -> None:
    with pytest.raises(retiring.ManifestUnreadableError, match=r"pack\.toml"):
        retiring.withheld(body, "enquiry", out=True)


@pytest.mark.parametrize("body", [b'role = ["x"]', b'role = "x"', b"role = "])
def test_roles_that_are_no_tables_are_to_be_put_right_first(body: bytes) -> None:
    with pytest.raises(own_roles.RolesUnreadableError, match=r"roles\.toml"):
        own_roles.without_role(body, "x")
