"""What can go wrong with guardians, in words that say what to do."""

from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class GuardianUnknownError(NotFoundError):
    """There are three guardians, each with a fixed name."""

    message = "没有叫“{name}”的保管方，只有 centre、discipline、regulator 三个，请改正。"


class PublicKeyInvalidError(InvalidError):
    """What was given is no public key on the curve."""

    message = "公钥写法不对，请原样粘贴 smallworks guardian init 显示的130位公钥。"


class PublicKeyKnownError(ConflictError):
    """The key was registered before; a former key does not come back."""

    message = "这把公钥（编号{kid}）登记过，请由保管人生成新的密钥后再登记。"


class HolderUnknownError(InvalidError):
    """No account of this name is in use, or it is not a guardian's."""

    message = (
        "账号“{username}”不能担任保管人：须是启用的账号，并已由安全管理员授予“密钥保管人”角色。"
    )


class HolderTwiceError(InvalidError):
    """One person may keep one key only: two would open everything."""

    message = "{name}已是另一保管方的保管人。任意两方就能开启，因此三方须由不同的人保管，请另选。"


class NotBoundError(ForbiddenError):
    """The account holds no guardian, or its guardian works otherwise."""

    message = "您的账号没有登记为这一类保管人，不能办理，请联系系统管理员登记。"


class RehearsalOverError(ConflictError):
    """A newer rehearsal has begun, or there was none."""

    message = "这次演练已经结束，请按最新的演练办理。"
