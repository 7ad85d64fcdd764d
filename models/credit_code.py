"""Unified social credit codes (统一社会信用代码, GB 32100-2015): is it one, and if not, why.

The rule is checked whole: alphabet, registration department, kind of organisation, region and
check character. ``stdnum.cn.uscc`` holds for the check character; its format check refuses every
department that has a letter: village collectives (N), the military (A) and the others (Y).
"""

from stdnum.cn.uscc import calc_check_digit

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NEVER_USED = "IOSVZ"

# Registration department -> (its name, kinds of organisation it registers), with later additions.
DEPARTMENTS = {
    "1": ("机构编制", "1239"),
    "2": ("外交", "19"),
    "3": ("司法行政", "123459"),
    "4": ("文化", "19"),
    "5": ("民政", "12349"),
    "6": ("旅游", "129"),
    "7": ("宗教", "129"),
    "8": ("工会", "19"),
    "9": ("市场监管", "1239"),
    "A": ("中央军委改革和编制办公室", "19"),
    "N": ("农业农村（农村集体经济组织）", "1239"),
    "Y": ("其他", "1"),
}


def credit_code_problem(code: str) -> str | None:
    """Return why ``code`` is no credit code and what to do, or None when it is one."""
    return _alphabet_problem(code) or _structure_problem(code) or _check_character_problem(code)


def is_credit_code(code: str) -> bool:
    """Tell whether ``code`` is a unified social credit code as GB 32100 says."""
    return credit_code_problem(code) is None


def _alphabet_problem(code: str) -> str | None:
    if len(code) != LENGTH:
        return f"统一社会信用代码须为{LENGTH}位，现有{len(code)}位，请核对后补全。"
    wrong = next((letter for letter in code if letter not in ALPHABET), None)
    if wrong is None:
        return None
    if wrong in NEVER_USED:
        return f"统一社会信用代码不使用字母{wrong}，请核对是否为形近的数字。"
    return "统一社会信用代码只含数字和大写字母，请去掉空格和其他符号。"


def _structure_problem(code: str) -> str | None:
    department = DEPARTMENTS.get(code[0])
    if department is None:
        return "统一社会信用代码第1位不是登记管理部门代码，请核对第1位。"
    name, kinds = department
    if code[1] not in kinds:
        return f"统一社会信用代码第2位不是{name}部门登记的机构类别，请核对第2位。"
    if not code[2:8].isdecimal():
        return "统一社会信用代码第3至8位须为6位行政区划数字，请核对。"
    return None


def _check_character_problem(code: str) -> str | None:
    if calc_check_digit(code[:-1]) == code[-1]:
        return None
    return "统一社会信用代码校验位不对，请对照证照逐位核对。"
