"""What a person does with the own account: change the password, set up the second step."""

import base64
import hashlib

from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from models.clock import system_now
from models.errors import InvalidError
from models.identity import passwords, sign_in, totp
from models.identity.account import Account
from models.identity.security import note
from models.ids import new_id


class WrongPasswordError(InvalidError):
    """The present password was not given."""

    message = "原密码不对，密码没有修改，请重新输入。"


class WrongCodeError(InvalidError):
    """The code of the authenticator app is wrong, old or used."""

    message = "验证码不对或已用过，请等验证器显示下一个验证码后重新输入。"


def sealing_box(secret: str) -> Fernet:
    """Return the box in which secrets of the second step are stored."""
    key = hashlib.sha256(b"smallworks/totp/1" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def set_password(account: Account, password: str) -> None:
    """Store a new password and end every session of the account."""
    passwords.check_policy(password, username=account.username)
    account.password = passwords.hash_password(password)
    account.password_changed_at = system_now()
    account.fs_uniquifier = new_id()


def change_password(
    session: Session, account: Account, present: str, new: str, address: str
) -> None:
    """Replace the password after the present one was given; other sessions end."""
    if not passwords.verify(account.password, present):
        raise WrongPasswordError(fields={"present": WrongPasswordError.message})
    passwords.check_policy(new, username=account.username, former=account.password)
    set_password(account, new)
    note(session, "password.changed", account.username, address)


def end_sessions(session: Session, account: Account, address: str) -> None:
    """End every session of the account, on whatever machine it was forgotten."""
    account.fs_uniquifier = new_id()
    note(session, "sessions.ended", account.username, address)


def start_totp(account: Account, box: Fernet) -> str:
    """Store a fresh secret that is not in force before a code confirms it; return it to show."""
    secret = totp.new_secret()
    account.tf_totp_secret = box.encrypt(secret.encode()).decode()
    account.totp_step = 0
    return secret


def confirm_totp(
    session: Session, account: Account, code: str, address: str, box: Fernet
) -> list[str]:
    """Put the second step in force; return the recovery codes, which are shown this once."""
    if not sign_in.use_code(account, code, box):
        raise WrongCodeError(fields={"code": WrongCodeError.message})
    account.tf_primary_method = "authenticator"
    note(session, "totp.on", account.username, address)
    return renew_recovery_codes(account)


def renew_recovery_codes(account: Account) -> list[str]:
    """Replace the recovery codes; the former ones stop working."""
    codes = totp.new_recovery_codes()
    account.mf_recovery_codes = [totp.hash_recovery_code(code) for code in codes]
    return codes


def stop_totp(session: Session, account: Account, password: str, address: str) -> None:
    """Switch the second step off after the password was given."""
    if not passwords.verify(account.password, password):
        message = "密码不对，两步验证没有关闭，请重新输入。"
        raise WrongPasswordError(message, fields={"password": message})
    account.tf_primary_method = account.tf_totp_secret = account.mf_recovery_codes = None
    note(session, "totp.off", account.username, address)
