"""The page that a person sees instead: what is so, why, what to do now, and the request number."""

from collections.abc import Mapping
from datetime import datetime

from flask import g, render_template, request

from web.i18n import translated

TITLES = {
    400: "这一次没有提交成功",
    401: "请先登录",
    403: "这里不对您的角色开放",
    404: "没有找到",
    405: "不支持这样的操作",
    409: "事情已经有了变化",
    413: "提交的内容太大",
    422: "填写内容有误",
    429: "操作太频繁",
    503: "暂时无法办理",
}
SPECIAL_TITLES = {
    "work_item_taken": "该待办已由他人办结",
    "work_item_claimed": "该待办已由他人领取",
    "work_item_cancelled": "该待办已取消",
    "stale_instance": "该案卷刚刚有了进展",
    "page_expired": "页面已过期",
}
LOOKS = {
    403: ("warn", "bi-shield-lock"),
    404: ("idle", "bi-search"),
    409: ("warn", "bi-people"),
    422: ("warn", "bi-pencil-square"),
    429: ("warn", "bi-hourglass-split"),
}
WORDS = {
    "title": "事项",
    "step": "环节",
    "project": "项目",
    "by": "办结人",
    "done_at": "办结时间",
    "outcome": "结论",
}
"""Details of an error that a page tells, in this order, with the word for each."""
HOLDERS = {"work_item_claimed": "领取人"}


def error_page(status: int, code: str, message: str, details: Mapping[str, object]) -> str:
    """Return the page of an error, inside the shell for people signed in."""
    tone, icon = LOOKS.get(status, ("late", "bi-exclamation-octagon"))
    values = {
        "code": f"{status}-{code.replace('_', '-')}",
        "title": translated(SPECIAL_TITLES.get(code) or TITLES.get(status, "系统出现故障")),
        "message": message,
        "tone": tone,
        "icon": icon,
        "facts": _facts(code, details),
        "fields": details.get("fields") or {},
        "request_number": g.get("request_number", ""),
    }
    try:
        return render_template("errors/error.html", typed=_typed(), **values)
    except Exception:  # noqa: BLE001 - the shell asks the database, which may be what is missing
        return render_template("errors/bare.html", **values)


def _facts(code: str, details: Mapping[str, object]) -> list[tuple[str, str]]:
    words = {**WORDS, "by": HOLDERS.get(code, WORDS["by"])}
    return [
        (translated(word), translated(_text(details[name])))
        for name, word in words.items()
        if details.get(name)
    ]


def _text(value: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(value)):%Y-%m-%d %H:%M}"
    except ValueError:
        return str(value)


def _typed() -> list[tuple[str, str]]:
    """Return what the person had typed, so that nothing is lost; never a password or a secret."""
    if request.method != "POST" or request.content_length is None or request.path == "/sign-in":
        return []
    if request.mimetype != "application/x-www-form-urlencoded":
        return []
    hidden = ("csrf_token", "password", "present", "code", "secret", "blind", "envelope")
    return [
        (name, value)
        for name, value in request.form.items()
        if value and not any(word in name for word in hidden)
    ]
