"""One place where an error becomes an answer: families to statuses, JSON for programs, pages for
people.

==================  ======
family              status
==================  ======
SignInRequired      401
NotFoundError       404
ForbiddenError      403
ConflictError       409
InvalidError        422
UnavailableError    503
==================  ======
"""  # noqa: D205

from collections.abc import Mapping
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from models import errors
from web.access import SignInRequiredError
from web.access_log import is_private
from web.errors_page import error_page
from web.i18n import translated

STATUS: Mapping[type[errors.SmallworksError], int] = {
    SignInRequiredError: 401,
    errors.NotFoundError: 404,
    errors.ForbiddenError: 403,
    errors.ConflictError: 409,
    errors.InvalidError: 422,
    errors.UnavailableError: 503,
}
HTTP_ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "请求的格式不对，请返回上一页重新操作。"),
    401: ("sign_in_required", SignInRequiredError.message),
    403: ("forbidden", errors.ForbiddenError.message),
    404: ("not_found", errors.NotFoundError.message),
    405: ("method_not_allowed", "这个地址不支持这样的操作，请返回上一页重新操作。"),
    413: ("too_large", "提交的内容太大，没有接收，请减小后重新提交。"),
    415: ("unsupported_media_type", "提交的内容类型不支持，请按接口说明改正后重新提交。"),
    429: ("too_many_requests", "操作太频繁，请稍等片刻再试。"),
}
TOO_DEEP = ("invalid", "提交的内容嵌套层数太多，没有接收，请减少层数后重新提交。")
UNSTORABLE = (
    "invalid",
    "提交的内容里有不能保存的字符或过大的数字，没有保存，请改正后重新提交。",
)
CSRF = (
    "page_expired",
    "页面打开太久，安全校验已失效，您填写的内容没有提交，请刷新页面后重新提交。",
)
FAULT = ("fault", "系统出现故障，这一次操作没有生效，请稍后重试；仍不行请把请求号告诉系统管理员。")
logger = structlog.get_logger("web")


def install_errors(app: Flask) -> None:
    """Answer every error in one shape."""
    app.register_error_handler(errors.SmallworksError, _ours)
    app.register_error_handler(CSRFError, _page_expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RecursionError, _too_deep)
    for kind in (UnicodeEncodeError, DataError):
        app.register_error_handler(kind, _unstorable)
    app.register_error_handler(Exception, _fault)


def status_of(error: errors.SmallworksError) -> int:
    """Return the HTTP status of an error by its family."""
    return next((status for family, status in STATUS.items() if isinstance(error, family)), 400)


def wants_json() -> bool:
    """Return whether a program asked: an API address, or JSON sent or preferred."""
    if request.path.startswith("/api/") or request.path == "/metrics" or request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def validation_answer(error: ValidationError) -> Response:
    """Answer a request whose fields do not fit the API's description (flask-openapi3's hook)."""
    fields = {".".join(map(str, item["loc"])): _field_text(item) for item in error.errors()}
    return make_response(_answer(422, "invalid", errors.InvalidError.message, {"fields": fields}))


def _field_text(item: Mapping[str, object]) -> str:
    texts = {"missing": "必填，请补充。", "extra_forbidden": "不认识的字段，请删去。"}
    return texts.get(str(item["type"]), "格式不对，请按接口说明改正。")


def _ours(error: errors.SmallworksError) -> ResponseReturnValue:
    status = status_of(error)
    if status == 401 and not wants_json():  # noqa: PLR2004
        return redirect(f"/sign-in?{urlencode({'next': _place()})}", 303)
    return _answer(status, error.code, said(error), error.details)


def _place() -> str:
    """Where to go after signing in: the page asked for, or the one on which a form was sent."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/desk"


def _page_expired(_error: CSRFError) -> ResponseReturnValue:
    return _answer(400, *CSRF, {})


def _too_deep(_error: RecursionError) -> ResponseReturnValue:
    # only what was sent can be nested so deep: JSON is read before any code of ours sees it
    return _answer(422, *TOO_DEEP, {})


def _unstorable(error: Exception) -> ResponseReturnValue:
    # half a character, a zero byte or too large a number: none is typed, a program sent it
    logger.info("unstorable", request=g.get("request_number", ""), kind=type(error).__name__)
    return _answer(422, *UNSTORABLE, {})


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if status < 400:  # noqa: PLR2004
        return error
    code, message = HTTP_ERRORS.get(status, FAULT)
    answer = make_response(_answer(status, code, message, {}))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _fault(error: Exception) -> ResponseReturnValue:
    if is_private():
        logger.error("fault", kind=type(error).__name__)
    else:
        logger.error("fault", request=g.get("request_number", ""), exc_info=error)
    return _answer(500, *FAULT, {})


def said(error: errors.SmallworksError) -> str:
    """Return what an error says, in this request's language.

    The sentence of its class is filled in anew; one written where it was raised is recognised.
    """
    if error.template == error.text:
        return translated(error.text)
    facts = {name: translated(value) for name, value in error.details.items()}
    return translated(error.template).format(**facts)


def _answer(
    status: int, code: str, message: str, details: Mapping[str, object]
) -> ResponseReturnValue:
    message = translated(message)
    if wants_json():
        return jsonify(code=code, message=message, details=_in_words(details)), status
    return error_page(status, code, message, details), status


def _in_words(details: Mapping[str, object]) -> dict[str, object]:
    """Return the facts with the sentences beside the fields in this request's language."""
    fields = details.get("fields")
    if not isinstance(fields, Mapping):
        return dict(details)
    return {**details, "fields": {path: translated(text) for path, text in fields.items()}}
