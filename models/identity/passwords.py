"""Passwords: what is accepted, how they are stored and checked."""

import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import InvalidError

MIN_LENGTH = 10
MAX_LENGTH = 128
_COMMON = """
    password passw0rd p@ssw0rd p@ssword qwerty qwertyuiop qwertyuiop123 asdfghjkl zxcvbnm
    1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc qazwsxedc abcd1234 abc123456 abc1234567 a123456789
    a1234567890 q123456789 aa123456 aa123456789 aa12345678 qq123456 qq123456789 woaini woaini1314
    woaini520 wang1234 5201314 iloveyou letmein welcome welcome123 admin admin123 admin123456
    administrator root123456 changeme default password1 password12 password123 password1234
    password123456 letmein123 sunshine princess football baseball superman dragon monkey master
    111111 000000 123123 123456 12345678 123456789 1234567890 0123456789 1234567891 9876543210
    0987654321 123456789a 123456789q 147258369 1472583690 123123123 1231231234 112233445566
    88888888 8888888888 66666666 6666666666 zhongguo zhongguo123 xiaoming qweasdzxc qwe123456
    qwer123456 asdf123456 zxc123456 asd123456 caonima123 nihao123456 mima123456
"""
COMMON = frozenset(_COMMON.split())
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# checked in place of a missing account's hash, so that the answer takes as long as for a real one
_DECOY = _hasher.hash("no account has this password")


class WeakPasswordError(InvalidError):
    """A new password breaks a rule of the policy."""

    message = "密码{why}，请换一个。"


def check_policy(password: str, *, username: str = "", former: str | None = None) -> None:
    """Raise when ``password`` may not be set for this account."""
    if why := _weakness(password, username):
        raise WeakPasswordError(why=why, fields={"password": f"密码{why}，请换一个。"})
    if former and verify(former, password):
        why = "不能与原密码相同"
        raise WeakPasswordError(why=why, fields={"password": f"密码{why}，请换一个。"})


def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Return whether ``password`` is the stored one, in the same time when nothing is stored."""
    try:
        return _hasher.verify(stored or _DECOY, password[:MAX_LENGTH]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _weakness(password: str, username: str) -> str:
    plain = password.casefold()
    stem = re.sub(r"[\d\W_]+$", "", plain)
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return f"须有{MIN_LENGTH}至{MAX_LENGTH}个字符"
    if plain in COMMON or stem in COMMON:
        return "太常见，容易被猜到"
    if len(set(plain)) < MIN_LENGTH // 2:
        return "重复的字符太多"
    if plain in "01234567890123456789" or plain in "98765432109876543210":
        return "是连续的数字"
    if username and username.casefold() in plain:
        return "不能包含用户名"
    return ""
