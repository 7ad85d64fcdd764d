"""Why a key or a certificate was not taken: each reason in words for whoever holds it."""

from models.errors import ForbiddenError, InvalidError


class KeyRefusedError(InvalidError):
    """A proof by key or certificate was not taken."""

    message = "验证没有通过，请重新操作；仍不行请联系安全管理员。"


class ChallengeError(KeyRefusedError):
    """The challenge is unknown, used, expired, or was given for something else."""

    message = "这次验证已过期或已用过，请在本页重新开始。"


class ProofUnreadableError(KeyRefusedError):
    """What was sent is no proof."""

    message = "收到的验证内容不完整或格式不对，请刷新页面后重新操作。"


class WrongSignatureError(KeyRefusedError):
    """The signature does not fit the challenge and the certificate."""

    message = "签名与证书不符，验证没有通过，请重新操作；仍不行请联系证书的颁发机构。"


class SecurityKeyError(KeyRefusedError):
    """The security key's answer does not fit: site, address, purpose or signature."""

    message = "安全密钥的应答与本网站或本次验证不符，没有通过，请核对浏览器里的网址后重新操作。"


class SignCounterError(KeyRefusedError):
    """The key's counter went back: there may be two of it."""

    message = (
        "安全密钥的使用次数倒退，可能被复制过，没有通过；"
        "请改用密码登录，解绑这把密钥并报告安全管理员。"
    )


class KeyNotBoundError(KeyRefusedError):
    """Nobody has bound this key or certificate."""

    message = "这把密钥（证书）没有绑定到本平台的账号，请先用密码登录，在“账号与密钥”里绑定。"


class KeyOfAnotherError(KeyRefusedError):
    """The key or certificate is bound to another account."""

    message = "这把密钥（证书）绑定的是另一个账号，请换用绑定到当前账号的密钥（证书）。"


class KeyBoundError(KeyRefusedError):
    """The key or certificate is bound already."""

    message = (
        "这把密钥（证书）已经绑定，一把密钥（证书）只能绑定一个账号；要换账号，先在原账号解绑。"
    )


class AccountClosedError(KeyRefusedError):
    """The account is closed or locked for a while."""

    message = "账号已停用或暂时锁定，不能登录，请15分钟后再试，或联系安全管理员。"


class CertificateUnreadableError(KeyRefusedError):
    """What was given is no X.509 certificate."""

    message = "无法识别证书，请确认是X.509证书（DER或PEM格式）。"


class AlgorithmError(KeyRefusedError):
    """The certificate's algorithm is not one that can be checked and trusted."""

    message = (
        "证书的算法或密钥长度不在可用范围内，请使用RSA（2048位以上）或EC（P-256、"
        "P-384）证书，签名用SHA-256以上。"
    )


class Sm2Error(AlgorithmError):
    """A certificate of the national algorithms, which this platform cannot check yet."""

    message = (
        "这是国密SM2证书，本平台目前还不能核验，没有接受；"
        "请向颁发机构换用RSA或EC证书，或使用安全密钥。"
    )


class WrongUsageError(KeyRefusedError):
    """The certificate may not be used to prove who somebody is."""

    message = "这张证书不能用于签名和身份验证（可能是加密证书或机构证书），请选用签名证书。"


class CertificateLimitError(KeyRefusedError):
    """The certificate carries a restriction that this platform does not know."""

    message = "证书含有本平台不认识的强制限制，没有接受，请联系证书的颁发机构。"


class NotYetValidError(KeyRefusedError):
    """The certificate's time has not begun."""

    message = "证书还没有生效（{since}起生效），请到时再用，或核对电脑上的证书。"


class ExpiredError(KeyRefusedError):
    """The certificate's time is over."""

    message = "证书已过期（有效期至{until}），请向颁发机构更换后重新绑定。"


class RevokedError(KeyRefusedError):
    """The authority has revoked the certificate."""

    message = "证书已被颁发机构吊销，不能使用，请向颁发机构更换后重新绑定。"


class UnknownAuthorityError(KeyRefusedError):
    """No authority that is trusted here issued the certificate."""

    message = (
        "证书的颁发机构“{issuer}”不在受信任之列，"
        "请换用受信任机构的证书，或联系安全管理员登记该机构。"
    )


class AuthorityElsewhereError(KeyRefusedError):
    """The authority is trusted, but not by every county in which the person would act."""

    message = "证书的颁发机构没有得到您任职的全部区县信任，不能用来办理，请改用密码或安全密钥。"


class AuthorityExpiredError(KeyRefusedError):
    """The authority's own certificate is not valid now."""

    message = "颁发机构“{name}”自己的证书已过期或还没有生效，请联系安全管理员更新。"


class CrlMissingError(KeyRefusedError):
    """Nobody has loaded the authority's list of revoked certificates."""

    message = "颁发机构“{name}”的吊销列表还没有载入，无法确认证书是否有效，请联系安全管理员。"


class CrlExpiredError(KeyRefusedError):
    """The loaded list of revoked certificates is out of date."""

    message = (
        "颁发机构“{name}”的吊销列表已过期（{until}），"
        "无法确认证书是否有效，请联系安全管理员载入新的列表。"
    )


class WrongOwnerError(KeyRefusedError):
    """The certificate names somebody else."""

    message = "证书的持有人是“{subject}”，与您的姓名、单位名称和统一社会信用代码都不符，没有接受。"


class HeaderRefusedError(KeyRefusedError):
    """A certificate in a header, from somewhere that is not the trusted proxy."""

    message = "没有收到由受信任的代理核验过的证书，请确认浏览器已选择证书，或联系系统管理员。"


class AuthorityInvalidError(InvalidError):
    """A certificate that cannot be registered as an authority."""

    message = "{why}，没有登记，请核对证书文件。"


class CrlInvalidError(InvalidError):
    """A list of revoked certificates that cannot be loaded."""

    message = "{why}，没有载入，原有的列表不变。"


class KeyRequiredError(ForbiddenError):
    """The county's rules want a key or certificate for this step."""

    message = (
        "按区县规则，这一步须用本人绑定的安全密钥或数字证书确认，"
        "请在网页上办理；还没有绑定的，先在“账号与密钥”里绑定。"
    )
