"""Security events: written beside what they tell of, read by the keepers of security and audit."""

from sqlalchemy.orm import Session

from models.clock import system_now
from models.identity.account import SecurityEvent

EVENT_TITLES = {
    "sign_in": "登录",
    "sign_in.refused": "登录失败",
    "sign_in.code_refused": "验证码错误",
    "sign_in.recovery_code": "使用恢复码登录",
    "sign_in.locked": "锁定期内尝试登录",
    "sign_in.key": "用密钥或证书登录",
    "key.bound": "绑定密钥或证书",
    "key.renamed": "修改密钥或证书的名称",
    "key.unbound": "解绑密钥或证书",
    "key.step": "用密钥或证书确认办理",
    "key.refused": "密钥或证书验证没有通过",
    "key.cloned": "密钥可能被复制",
    "registration": "注册",
    "registration.refused": "注册被拒",
    "account.locked": "账号锁定",
    "sign_out": "退出",
    "password.changed": "修改密码",
    "sessions.ended": "退出其他设备上的登录",
    "password.refused": "修改密码失败",
    "password.set_by_link": "用链接设置密码",
    "colleague.added": "单位增加账号",
    "colleague.roles": "单位修改账号岗位",
    "colleague.enabled": "单位启用账号",
    "colleague.disabled": "单位停用账号",
    "colleague.link": "生成设置密码链接",
    "totp.on": "开启两步验证",
    "totp.off": "关闭两步验证",
    "recovery_codes.renewed": "更换恢复码",
    "token.created": "创建令牌",
    "token.revoked": "吊销令牌",
    "admin.created": "后台新建",
    "admin.changed": "后台修改",
    "admin.removed": "后台删除",
}


def note(session: Session, kind: str, account: str, address: str = "", detail: str = "") -> None:
    """Write one security event."""
    event = SecurityEvent(
        at=system_now(),
        kind=kind,
        account=account[:100],
        address=address[:100],
        detail=detail[:200],
    )
    session.add(event)
