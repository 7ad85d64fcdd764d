"""Reading envelopes that strangers hand in: every size, name and number is checked first."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.errors import InvalidError
from models.selection import hpke
from models.selection.guardian_keys import Guardian
from models.selection.verifier import MAX_INTEGER, RefusedError, canonical, parse

MAX_ENVELOPE_BYTES = 8192
BLOCK_BYTES = 512
TAG_BYTES = 16
SHARE_BYTES = 33
SEALED_SHARE_BYTES = hpke.ENC_BYTES + SHARE_BYTES + TAG_BYTES
HEX64 = r"[0-9a-f]{64}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"

# What each kind holds: the field's pattern, or None for a whole number from 0.
KINDS: dict[str, dict[str, str | None]] = {
    "floor": {"fen": None},
    "bid": {"fen": None, "seq": None},
    "draw_secret": {"secret": HEX64},
    "interest": {"org": r"[0-9A-Z]{18}", "blind": HEX64, "at": MOMENT},
    "rehearsal": {"n": None},
}

FAULTS = {
    "json": "不是规范的JSON",
    "size": "超过8 KB",
    "shape": "缺少字段、字段不对或多出字段",
    "v": "版本不认识",
    "k": "开启所需份数不是2",
    "ctx": "项目、种类或持有人与本次办理的不一致",
    "kind": "种类不认识",
    "hex": "十六进制写法或长度不对",
    "guardians": "保管人的名称、次序或密钥编号与公布的不一致",
    "point": "份额里的公钥不在曲线上",
    "val": "内容与种类不符",
    "body": "内容超过508字节",
}


class EnvelopeRefusedError(InvalidError):
    """An envelope that no guardian would accept; ``details["reason"]`` is stable."""

    message = "密封件无效：{fault}。请刷新页面重新密封后再提交。"

    def __init__(self, reason: str) -> None:
        super().__init__(fault=FAULTS[reason], reason=reason)
        self.reason = reason


def require(holds: object, reason: str) -> None:
    """Refuse for ``reason`` unless the condition holds."""
    if not holds:
        raise EnvelopeRefusedError(reason)


def is_hex(value: object, size: int) -> bool:
    """Say whether value is ``size`` bytes in lower-case hex."""
    return isinstance(value, str) and re.fullmatch(f"[0-9a-f]{{{2 * size}}}", value) is not None


def check_ctx(ctx: object) -> None:
    """Check the context: project, kind, holder and nothing else."""
    require(isinstance(ctx, dict) and set(ctx) == {"project", "kind", "holder"}, "shape")
    texts = isinstance(ctx, dict) and all(
        isinstance(value, str) and re.fullmatch(r"[\x21-\x7e]{1,64}", value)
        for value in ctx.values()
    )
    require(texts, "shape")
    require(isinstance(ctx, dict) and ctx["kind"] in KINDS, "kind")


def check_val(kind: str, val: object) -> None:
    """Check that a value is what its kind holds, and nothing else."""
    expected = KINDS[kind]
    require(isinstance(val, dict) and set(val) == set(expected), "val")
    held = val if isinstance(val, dict) else {}
    require(all(_fits(held[name], form) for name, form in expected.items()), "val")


def _fits(value: object, form: str | None) -> bool:
    if form is None:
        return type(value) is int and 0 <= value <= MAX_INTEGER
    return isinstance(value, str) and re.fullmatch(form, value, re.ASCII) is not None


def check_envelope(
    envelope: Any,  # noqa: ANN401 - handed in by a stranger
    *,
    ctx: Mapping[str, str],
    guardians: Sequence[Guardian],
) -> dict[str, Any]:
    """Return the envelope if guardians could accept it for this context; refuse it otherwise."""
    names = {"v", "ctx", "k", "commit", "nonce", "ct", "shares"}
    require(isinstance(envelope, dict) and set(envelope) == names, "shape")
    require(type(envelope["v"]) is int and envelope["v"] == 1, "v")
    require(type(envelope["k"]) is int and envelope["k"] == 2, "k")  # noqa: PLR2004 - any two open
    check_ctx(envelope["ctx"])
    require(envelope["ctx"] == dict(ctx), "ctx")
    sizes = {"commit": 32, "nonce": 12, "ct": BLOCK_BYTES + TAG_BYTES}
    require(all(is_hex(envelope[name], size) for name, size in sizes.items()), "hex")
    _check_shares(envelope["shares"], guardians)
    return dict(envelope)


def _check_shares(shares: Any, guardians: Sequence[Guardian]) -> None:  # noqa: ANN401
    require(isinstance(shares, list) and len(shares) == len(guardians), "guardians")
    for share in shares:
        require(isinstance(share, dict) and set(share) == {"to", "kid", "h", "c"}, "shape")
        require(is_hex(share["h"], 32) and is_hex(share["c"], SEALED_SHARE_BYTES), "hex")
    expected = [(guardian.name, guardian.kid) for guardian in by_name(guardians)]
    require([(share["to"], share["kid"]) for share in shares] == expected, "guardians")
    for share in shares:
        try:
            hpke.public_key(bytes.fromhex(share["c"])[: hpke.ENC_BYTES])
        except ValueError as error:
            raise EnvelopeRefusedError("point") from error


def by_name(guardians: Sequence[Guardian]) -> list[Guardian]:
    """Return the guardians in their places."""
    return sorted(guardians, key=lambda guardian: guardian.name)


def parse_envelope(
    text: bytes, *, ctx: Mapping[str, str], guardians: Sequence[Guardian]
) -> dict[str, Any]:
    """Read an envelope from untrusted bytes."""
    require(len(text) <= MAX_ENVELOPE_BYTES, "size")
    try:
        value = parse(text)
    except RefusedError as error:
        raise EnvelopeRefusedError("json") from error
    return check_envelope(value, ctx=ctx, guardians=guardians)


def check_body(body: bytes, ctx: Mapping[str, str]) -> dict[str, Any]:
    """Return the value inside a committed body; refuse what its sealer should not have put in."""
    try:
        held = parse(body)
    except RefusedError as error:
        raise EnvelopeRefusedError("json") from error
    require(isinstance(held, dict) and set(held) == {"ctx", "val", "salt"}, "shape")
    require(held["ctx"] == dict(ctx), "ctx")
    require(is_hex(held["salt"], 32), "hex")
    check_val(ctx["kind"], held["val"])
    require(canonical(held) == body, "json")
    return dict(held["val"])
