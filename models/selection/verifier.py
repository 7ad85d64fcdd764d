"""Check the proof of a draw (draw-v1) or the opening of a bidding offline, with Python alone.

    python3 smallworks-verify.py proof.json [--plan HASH] [--platform-root HASH]
    python3 smallworks-verify.py opening.json [--floor HASH] [--root HASH] [--hash HASH]

核验随机选取的证明文件和竞价选取的开启记录：不联网，不需要安装任何东西，需要Python 3.10以上。
核验通过退出码为0，不通过为1，并说明原因。``--plan`` 后面写公告上印的计划指纹；``--floor`` 后面写
公告上印的最低限价指纹；``--root`` 后面写公开日志里竞价截止时记下的报价名单指纹；``--hash`` 后面写
结果公示上印的开启记录指纹。

This one file is the platform's own verifier, offered for download byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

Digest = Callable[[bytes], bytes]
Decrypt = Callable[[bytes, bytes, bytes, bytes], "bytes | None"]

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 12
MAX_INTEGER = 2**53 - 1
HASH_BLOCK = 64
HASH_BYTES = 32
GUARDIANS = ("centre", "discipline", "regulator")
TITLES = {"owner": "业主", "monitor": "监督人员", "platform": "平台"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
BEACON_BYTES = {"none": 0, "drand-quicknet": 48}

# Stable codes for programs, one sentence for people; the check in the browser has the same table.
REASONS = {
    "file_unreadable": "文件打不开，请检查文件名和读取权限后重试。",
    "file_too_large": "文件超过16 MB，不是本平台的证明文件，请从结果页重新下载。",
    "file_not_utf8": "文件不是UTF-8编码，可能在传输中损坏，请从结果页重新下载。",
    "file_not_json": "文件不是完整的JSON，可能在传输中损坏，请从结果页重新下载。",
    "file_too_deep": "文件嵌套过深，不是本平台的证明文件，请从结果页重新下载。",
    "file_duplicate_key": "文件里同一个字段出现两次，内容含糊，不予采信。",
    "file_number": "文件里有小数或超范围的数，证明文件只用整数，不予采信。",
    "file_text": "文件里有不成字的字符，不予采信。",
    "proof_shape": "证明文件缺少字段、字段不对或多出字段，请从结果页重新下载。",
    "plan_shape": "选取计划缺少字段、字段不对或多出字段，请从结果页重新下载。",
    "plan_v": "证明文件的版本不认识，请下载新版核验程序。",
    "plan_alg": "杂凑算法不认识，只支持SHA-256和SM3。",
    "plan_rule": "选取规则不认识，只支持rank-hmac。",
    "plan_pick": "计划抽取的家数不是1，不符合规则。",
    "plan_beacon": "公共随机数的种类不认识或写法不对。",
    "plan_commits": "计划里的承诺没有按角色排序、有重复或写法不对。",
    "plan_hash": "这份计划不是公告公布的那一份：计划指纹不一致。",
    "contributors": "出具随机数的各方与计划里的不一致或次序不对。",
    "secret_shape": "随机数不是32个字节。",
    "secret_commit": "公开的随机数与公告前的承诺不符。",
    "secret_empty": "随机数缺失，而证明里没有足以认定它无法开启的密封件和全部份额。",
    "ticket_shape": "票的写法不对：票号应为32位小写十六进制，企业信息或其指纹须完整。",
    "ticket_order": "票没有按票号从小到大排列，或有重复的票号。",
    "org_twice": "同一家企业在名单中出现两次。",
    "list_count": "名单的票数与实际不符。",
    "list_root": "名单指纹不一致：名单在冻结之后被改动过。",
    "too_few": "票数少于计划规定的最少家数，不能抽取。",
    "beacon_value": "公共随机数的长度与计划规定的不符。",
    "ranking": "排序与重新计算的不一致。",
    "winner": "中选的票不是排序第一的票。",
    "winner_hidden": "中选的票没有公开企业和盲值，无法核对中选企业。",
    "platform_path": "平台随机数不在公布的清单之中，或清单路径写法不对。",
}

OPENING_REASONS = {
    "opening_shape": "开启记录缺少字段、字段不对或多出字段，请从结果页重新下载。",
    "opening_v": "开启记录的版本不认识，请下载新版核验程序。",
    "opening_ceiling": "最高限价不是大于零的整数（单位：分）。",
    "opening_rule": "对低于最低限价的报价如何处理，写法不认识。",
    "opening_time": "竞价截止时间的写法不对。",
    "floor_envelope": "最低限价的密封件不完整，或不是这个项目的。",
    "floor_commit": "这份最低限价不是公告公布的那一份：最低限价指纹不一致。",
    "floor_released": "最低限价的份额与密封件不符，或没有凑够两份。",
    "floor_val": "公开的最低限价与密封件里的不一致。",
    "bid_envelope": "报价的密封件不完整，或不是这个项目的。",
    "bid_order": "报价没有按票号和指纹从小到大排列，或有重复。",
    "bid_released": "报价的份额与密封件不符，或没有凑够两份。",
    "bid_val": "公开的报价与密封件里的不一致。",
    "bid_invalid": "报价是否有效、为什么无效，与按规则判断的不一致。",
    "envelope_root": "报价名单指纹与公开日志不一致：截止之后有增减或替换。",
    "settled_price": "成交价与按规则重新计算的不一致。",
    "settled_tied": "报出最低有效价的票与重新计算的不一致。",
    "opening_hash": "这份开启记录不是公示的那一份：记录指纹不一致。",
}


class RefusedError(Exception):
    """The file proves nothing; ``code`` says why to programs, the text to people."""

    def __init__(self, code: str, where: str = "") -> None:
        self.code = code
        self.where = where
        text = REASONS.get(code) or OPENING_REASONS[code]
        super().__init__(text + (f"（位置：{where}）" if where else ""))


class Step(NamedTuple):
    """One thing that was checked and found right."""

    code: str
    title: str
    detail: str


class Report(NamedTuple):
    """What a consistent proof shows."""

    steps: tuple[Step, ...]
    plan_hash: str
    plan_compared: bool

    @property
    def verdict(self) -> str:
        """Say the result in one sentence."""
        if self.plan_compared:
            return "核验通过：结果由公告公布的计划和冻结的名单算出，没有改动。"
        return f"前后一致；计划未比对：请与公告上的计划指纹核对（{self.plan_hash}）。"


# --- hashes -------------------------------------------------------------------------------------


def sha256(data: bytes) -> bytes:
    """Return the SHA-256 of data."""
    return hashlib.sha256(data).digest()


def _rotate(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def _sm3_words(block: bytes) -> list[int]:
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ _rotate(words[j - 3], 15)
        spread = mixed ^ _rotate(mixed, 15) ^ _rotate(mixed, 23)
        words.append(spread ^ _rotate(words[j - 13], 7) ^ words[j - 6])
    return words


def _sm3_compress(state: list[int], block: bytes) -> list[int]:
    words = _sm3_words(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        early = j < 16  # noqa: PLR2004 - the standard's own two phases
        turned = _rotate(a, 12)
        constant = _rotate(0x79CC4519 if early else 0x7A879D8A, j)
        one = _rotate((turned + e + constant) & 0xFFFFFFFF, 7)
        mixed = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
        chosen = e ^ f ^ g if early else (e & f) | (~e & g)
        left = (mixed + d + (one ^ turned) + (words[j] ^ words[j + 4])) & 0xFFFFFFFF
        right = (chosen + h + one + words[j]) & 0xFFFFFFFF
        a, b, c, d = left, a, _rotate(b, 9), c
        e, f, g, h = right ^ _rotate(right, 9) ^ _rotate(right, 17), e, _rotate(f, 19), g
    return [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]


def sm3_pure(data: bytes) -> bytes:
    """Return the SM3 (GB/T 32905) of data, for machines whose OpenSSL lacks it."""
    start = "7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e"
    state = [int(start[at : at + 8], 16) for at in range(0, 64, 8)]
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    for at in range(0, len(padded), 64):
        state = _sm3_compress(state, padded[at : at + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def _sm3_openssl(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


def _usable_sm3() -> Digest:
    try:
        hashlib.new("sm3")
    except ValueError:
        return sm3_pure
    return _sm3_openssl


sm3 = _usable_sm3()
HASHES: dict[str, Digest] = {"sha256": sha256, "sm3": sm3}


def hmac(digest: Digest, key: bytes, message: bytes) -> bytes:
    """Return the HMAC of message under key; both hashes have blocks of 64 bytes."""
    key = (digest(key) if len(key) > HASH_BLOCK else key).ljust(HASH_BLOCK, b"\0")
    inner = digest(bytes(byte ^ 0x36 for byte in key) + message)
    return digest(bytes(byte ^ 0x5C for byte in key) + inner)


# --- strict JSON --------------------------------------------------------------------------------


def canonical(value: object) -> bytes:
    """Return the JCS bytes of integers, strings, lists, objects and null; nothing else has any."""
    return _canonical_text(value).encode()


def _canonical_text(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return "null"
    if type(value) is int and abs(value) <= MAX_INTEGER:
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_canonical_text(item) for item in value) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return (
            "{" + ",".join(f"{_canonical_text(k)}:{_canonical_text(value[k])}" for k in keys) + "}"
        )
    raise TypeError(f"no canonical form: {type(value).__name__}")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedError("file_duplicate_key")
    return found


def _integer(text: str) -> int:
    if len(text) > len(str(MAX_INTEGER)) + 1 or abs(int(text)) > MAX_INTEGER or text == "-0":
        raise RefusedError("file_number")
    return int(text)


def _no_number(_text: str) -> NoReturn:
    raise RefusedError("file_number")


def _check_depth(text: str) -> None:
    depth = 0
    for mark in re.sub(r'"(?:[^"\\]|\\.)*"|[^][{}"]', "", text, flags=re.DOTALL):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark, 0)
        if depth > MAX_DEPTH:
            raise RefusedError("file_too_deep")


def parse(data: bytes, limit: int = MAX_BYTES) -> Any:  # noqa: ANN401 - JSON is of any type
    """Read JSON strictly: no floats, no key twice, bounded in size and depth."""
    if len(data) > limit:
        raise RefusedError("file_too_large")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("file_not_utf8") from error
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise RefusedError("file_text") from error
    except ValueError as error:
        raise RefusedError("file_not_json") from error
    return value


# --- draw-v1 ------------------------------------------------------------------------------------


def lp(data: bytes) -> bytes:
    """Return data behind its length in four bytes."""
    return len(data).to_bytes(4, "big") + data


def u32be(number: int) -> bytes:
    """Return number in four bytes."""
    return number.to_bytes(4, "big")


def commit(digest: Digest, draw: str, role: str, secret: bytes) -> bytes:
    """Return what a contributor publishes before the notice."""
    texts = lp(draw.encode()) + lp(role.encode())
    return digest(b"smallworks/draw/1/commit" + texts + lp(secret))


def org_commit(digest: Digest, org: str, blind: bytes) -> bytes:
    """Return what stands for a company while its name is hidden."""
    return digest(b"smallworks/draw/1/org" + lp(org.encode()) + lp(blind))


def ticket_leaf(digest: Digest, draw: str, ticket: str, org: bytes) -> bytes:
    """Return the leaf of one ticket; ``org`` is its org_commit."""
    return digest(b"\0" + canonical({"draw": draw, "org": org.hex(), "ticket": ticket}))


def tree_head(digest: Digest, leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree head of RFC 9162 over leaf hashes."""
    if not leaves:
        return digest(b"")
    level = list(leaves)
    while len(level) > 1:
        joined = [digest(b"\1" + level[at] + level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = joined + level[len(joined) * 2 :]
    return level[0]


def plan_hash(plan: dict[str, Any]) -> bytes:
    """Return the plan's hash as the notice prints it."""
    return HASHES[plan["alg"]](canonical(plan))


def seed(
    plan: dict[str, Any], root: bytes, n: int, secrets: Iterable[tuple[str, bytes]], beacon: bytes
) -> bytes:
    """Return the seed: a pure function of plan, frozen list, secrets and beacon."""
    digest = HASHES[plan["alg"]]
    salt = digest(b"smallworks/draw/1/plan" + lp(canonical(plan)) + lp(root) + u32be(n))
    given = b"".join(lp(role.encode()) + lp(secret) for role, secret in secrets)
    return hmac(digest, salt, given + lp(beacon))


def ranking(digest: Digest, key: bytes, tickets: Iterable[str], round_no: int) -> list[str]:
    """Return the tickets in drawn order; ``key`` is the seed and the first wins."""

    def score(ticket: str) -> bytes:
        label = b"smallworks/draw/1/rank" + u32be(round_no)
        return hmac(digest, key, label + lp(ticket.encode()))

    return sorted(tickets, key=score)


# --- a secret that cannot be opened (selection.md 1.4) ------------------------------------------


def gf_multiply(a: int, b: int) -> int:
    """Multiply in GF(2^128) modulo 1+x+x^2+x^7+x^128, lowest bit the constant."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ ((a >> 127) * ((1 << 128) | 0x87))
        b >>= 1
    return product


@cache
def gf_invert(a: int) -> int:
    """Return the inverse of a: a to the power 2^128 - 2."""
    result = 1
    for _ in range(127):
        a = gf_multiply(a, a)
        result = gf_multiply(result, a)
    return result


def combine(shares: Sequence[tuple[int, int]]) -> bytes:
    """Return the key from two ``(place, share)``."""
    (x, left), (y, right) = shares
    joined = gf_multiply(left, y) ^ gf_multiply(right, x)
    return gf_multiply(joined, gf_invert(x ^ y)).to_bytes(16, "big")


def _aes_box() -> list[int]:
    box, p, q = [0x63] * 256, 1, 1
    for _ in range(255):
        p = (p ^ (p << 1) ^ (0x11B if p & 0x80 else 0)) & 0xFF
        for by in (1, 2, 4):
            q = (q ^ (q << by)) & 0xFF
        q ^= 9 if q & 0x80 else 0
        turns = (((q << by) | (q >> (8 - by))) & 0xFF for by in (1, 2, 3, 4))
        box[p] = q ^ 0x63
        for turn in turns:
            box[p] ^= turn
    return box


_BOX = _aes_box()
_ROUNDS = 10


def _round_keys(key: bytes) -> list[bytes]:
    words = [key[at : at + 4] for at in range(0, 16, 4)]
    constant = 1
    for at in range(4, 4 * (_ROUNDS + 1)):
        word = words[-1]
        if at % 4 == 0:
            word = bytes(_BOX[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = (constant << 1) ^ (0x11B if constant & 0x80 else 0)
        words.append(bytes(x ^ y for x, y in zip(words[at - 4], word, strict=True)))
    return [b"".join(words[at : at + 4]) for at in range(0, len(words), 4)]


def _mix(column: bytes) -> bytes:
    def twice(byte: int) -> int:
        return (byte << 1) ^ (0x11B if byte & 0x80 else 0)

    whole = column[0] ^ column[1] ^ column[2] ^ column[3]
    return bytes(column[i] ^ whole ^ twice(column[i] ^ column[(i + 1) % 4]) for i in range(4))


def _aes(keys: Sequence[bytes], block: bytes) -> bytes:
    state = bytes(x ^ y for x, y in zip(block, keys[0], strict=True))
    for number in range(1, _ROUNDS + 1):
        state = bytes(_BOX[state[(5 * i) % 16]] for i in range(16))
        if number < _ROUNDS:
            state = b"".join(_mix(state[at : at + 4]) for at in range(0, 16, 4))
        state = bytes(x ^ y for x, y in zip(state, keys[number], strict=True))
    return state


def _ghash(key: int, data: bytes) -> int:
    total = 0
    for at in range(0, len(data), 16):
        total ^= int.from_bytes(data[at : at + 16], "big")
        product, factor = 0, key
        for bit in range(127, -1, -1):
            product ^= factor * ((total >> bit) & 1)
            factor = (factor >> 1) ^ ((factor & 1) * (0xE1 << 120))
        total = product
    return total


def gcm_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes | None:
    """Open AES-128-GCM; None when the tag does not fit."""
    keys, text, tag = _round_keys(key), sealed[:-16], sealed[-16:]
    padded = aad + bytes(-len(aad) % 16) + text + bytes(-len(text) % 16)
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    sum_of = _ghash(int.from_bytes(_aes(keys, bytes(16)), "big"), padded + lengths)
    mask = int.from_bytes(_aes(keys, nonce + u32be(1)), "big")
    if (sum_of ^ mask).to_bytes(16, "big") != tag:
        return None
    stream = b"".join(_aes(keys, nonce + u32be(2 + at)) for at in range(-(-len(text) // 16)))
    return bytes(x ^ y for x, y in zip(text, stream, strict=False))


def _share_of(released: dict[str, Any], place: int, described: dict[str, Any]) -> tuple[int, int]:
    _fields(released, "secret_empty", {"from", "share"})
    _fields(described, "secret_empty", {"to", "kid", "h", "c"})
    named = released["from"] == described["to"] == GUARDIANS[place - 1]
    _require(named and _is_hex(released["share"], 33), "secret_empty", "released")
    sized = _is_hex(described["kid"], 4) and _is_hex(described["c"], 114)
    _require(sized, "secret_empty", "envelope.shares")
    share = bytes.fromhex(released["share"])
    _require(sha256(share).hex() == described["h"], "secret_empty", "released")
    return share[0], int.from_bytes(share[1:17], "big")


def open_body(envelope: dict[str, Any], key: bytes, decrypt: Decrypt = gcm_open) -> bytes | None:
    """Return the committed body of an envelope; None when key does not open it."""
    sealed, nonce = bytes.fromhex(envelope["ct"]), bytes.fromhex(envelope["nonce"])
    block = decrypt(key, nonce, sealed, canonical(envelope["ctx"]))
    if block is None:
        return None
    end = 4 + int.from_bytes(block[:4], "big")
    body, rest = block[4:end], block[end:]
    whole = end <= len(block) and not any(rest)
    return body if whole and sha256(body).hex() == envelope["commit"] else None


def _holds_secret(plan: dict[str, Any], entry: dict[str, str], ctx: object, body: bytes) -> bool:
    try:
        value = _fields(parse(body), "secret_shape", {"ctx", "val", "salt"})
        secret = _fields(value["val"], "secret_shape", {"secret"})["secret"]
        exact = canonical(value) == body and value["ctx"] == ctx
    except (RefusedError, TypeError):
        return False
    if not (exact and _is_hex(secret, HASH_BYTES) and _is_hex(value["salt"], HASH_BYTES)):
        return False
    digest = HASHES[plan["alg"]]
    return commit(digest, plan["draw"], entry["role"], bytes.fromhex(secret)).hex() == entry["c"]


def _check_empty(plan: dict[str, Any], entry: dict[str, str], reveal: dict[str, Any]) -> str:
    """Accept an empty secret only when every share is public and no pair opens it."""
    fields = {"role", "secret", "envelope", "released"}
    envelope, released = (
        _fields(reveal, "secret_empty", fields)[k] for k in ("envelope", "released")
    )
    _fields(envelope, "secret_empty", {"v", "ctx", "k", "commit", "nonce", "ct", "shares"})
    ctx = _fields(envelope["ctx"], "secret_empty", {"project", "kind", "holder"})
    form = {"v": 1, "k": 2}
    known = all(type(envelope[k]) is int and envelope[k] == n for k, n in form.items())
    _require(known, "secret_empty", "envelope")
    sized = {"commit": 32, "nonce": 12, "ct": 528}
    _require(all(_is_hex(envelope[k], n) for k, n in sized.items()), "secret_empty", "envelope")
    ours = ctx["kind"] == "draw_secret" and ctx["holder"] == entry["role"] != "platform"
    _require(ours and isinstance(ctx["project"], str), "secret_empty", "envelope.ctx")
    for pieces in (envelope["shares"], released):
        _require(isinstance(pieces, list) and len(pieces) == len(GUARDIANS), "secret_empty")
    joined = enumerate(zip(released, envelope["shares"], strict=True), 1)
    shares = [_share_of(one, place, described) for place, (one, described) in joined]
    _require(not _any_pair_opens(plan, entry, envelope, shares), "secret_empty", "released")
    return sha256(canonical(envelope)).hex()


def _any_pair_opens(
    plan: dict[str, Any],
    entry: dict[str, str],
    envelope: dict[str, Any],
    shares: Sequence[tuple[int, int]],
) -> bool:
    placed = [share for place, share in enumerate(shares, 1) if share[0] == place]
    bodies = (open_body(envelope, combine(pair)) for pair in combinations(placed, 2))
    return any(body and _holds_secret(plan, entry, envelope["ctx"], body) for body in bodies)


# --- the checks ---------------------------------------------------------------------------------


def _require(holds: object, code: str, where: str = "") -> None:
    if not holds:
        raise RefusedError(code, where)


def _is_hex(value: object, size: int) -> bool:
    return isinstance(value, str) and re.fullmatch(f"[0-9a-f]{{{2 * size}}}", value) is not None


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**32


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 128  # noqa: PLR2004 - any name fits


def _fields(value: Any, code: str, names: set[str], also: Iterable[str] = ()) -> dict[str, Any]:  # noqa: ANN401
    _require(isinstance(value, dict), code)
    missing, unknown = names - set(value), set(value) - names - set(also)
    _require(not missing and not unknown, code, "、".join(sorted(missing | unknown))[:80])
    return dict(value)


def _check_shape(proof: object) -> dict[str, Any]:
    names = {"plan", "list", "reveals", "beacon", "result"}
    whole = _fields(proof, "proof_shape", names, {"platform"})
    _fields(whole["list"], "proof_shape", {"n", "root", "tickets"})
    _fields(whole["result"], "proof_shape", {"winner", "ranking"})
    lists = (whole["list"]["tickets"], whole["reveals"], whole["result"]["ranking"])
    _require(all(isinstance(one, list) for one in lists), "proof_shape")
    return whole


def check_plan(plan: Any) -> str:  # noqa: ANN401 - read from outside
    """Check a plan on its own and return its hash."""
    names = {"v", "alg", "draw", "pick", "not_before", "min_tickets", "rule", "round"}
    _fields(plan, "plan_shape", names | {"beacon", "commits"})
    _require(type(plan["v"]) is int and plan["v"] == 1, "plan_v")
    _require(isinstance(plan["alg"], str) and plan["alg"] in HASHES, "plan_alg")
    _require(plan["rule"] == "rank-hmac", "plan_rule")
    _require(type(plan["pick"]) is int and plan["pick"] == 1, "plan_pick")
    timed = isinstance(plan["not_before"], str) and MOMENT.fullmatch(plan["not_before"])
    _require(timed, "plan_shape", "not_before")
    for name in ("min_tickets", "round"):
        _require(_is_count(plan[name]), "plan_shape", name)
    _require(_is_text(plan["draw"]), "plan_shape", "draw")
    _check_beacon_kind(plan["beacon"])
    _check_commits(plan["commits"])
    return plan_hash(plan).hex()


def _check_beacon_kind(beacon: Any) -> None:  # noqa: ANN401
    _require(isinstance(beacon, dict), "plan_beacon")
    kind = beacon.get("kind")
    _require(isinstance(kind, str) and kind in BEACON_BYTES, "plan_beacon")
    drand = kind != "none"
    _fields(beacon, "plan_beacon", {"kind", "round"} if drand else {"kind"})
    counted = not drand or (type(beacon["round"]) is int and beacon["round"] > 0)
    _require(counted, "plan_beacon", "round")


def _check_commits(commits: Any) -> None:  # noqa: ANN401
    _require(isinstance(commits, list) and commits, "plan_commits")
    for entry in commits:
        _fields(entry, "plan_commits", {"role", "c"})
        _require(_is_text(entry["role"]) and _is_hex(entry["c"], HASH_BYTES), "plan_commits")
    roles = [entry["role"].encode() for entry in commits]
    _require(all(one < two for one, two in pairwise(roles)), "plan_commits")


def _check_reveals(plan: dict[str, Any], reveals: Any) -> list[str]:  # noqa: ANN401
    for reveal in reveals:
        _fields(reveal, "proof_shape", {"role", "secret"}, {"envelope", "released"})
    expected = [entry["role"] for entry in plan["commits"]]
    _require([reveal["role"] for reveal in reveals] == expected, "contributors")
    notes = []
    for entry, reveal in zip(plan["commits"], reveals, strict=True):
        role = entry["role"]
        if reveal["secret"] == "":
            print_of = _check_empty(plan, entry, reveal)
            notes.append(f"{_title(role)}的密封件无法开启，按空值计，密封件指纹{print_of}")
            continue
        _fields(reveal, "proof_shape", {"role", "secret"})
        _require(_is_hex(reveal["secret"], HASH_BYTES), "secret_shape", role)
        secret = bytes.fromhex(reveal["secret"])
        given = commit(HASHES[plan["alg"]], plan["draw"], role, secret).hex()
        _require(given == entry["c"], "secret_commit", role)
    return notes


def _commit_of(digest: Digest, ticket: Any) -> bytes:  # noqa: ANN401
    _require(isinstance(ticket, dict), "ticket_shape")
    opened = "org_commit" not in ticket
    names = {"ticket", "org", "blind"} if opened else {"ticket", "org_commit"}
    _fields(ticket, "ticket_shape", names)
    _require(_is_hex(ticket["ticket"], 16), "ticket_shape")
    if not opened:
        _require(_is_hex(ticket["org_commit"], HASH_BYTES), "ticket_shape", ticket["ticket"])
        return bytes.fromhex(ticket["org_commit"])
    told = _is_text(ticket["org"]) and _is_hex(ticket["blind"], HASH_BYTES)
    _require(told, "ticket_shape", ticket["ticket"])
    return org_commit(digest, ticket["org"], bytes.fromhex(ticket["blind"]))


def _check_list(plan: dict[str, Any], listed: dict[str, Any]) -> bytes:
    digest, tickets = HASHES[plan["alg"]], listed["tickets"]
    commits = [_commit_of(digest, ticket) for ticket in tickets]
    ids = [ticket["ticket"] for ticket in tickets]
    _require(all(one < two for one, two in pairwise(ids)), "ticket_order")
    orgs = [ticket["org"] for ticket in tickets if "org" in ticket]
    once = len(set(orgs)) == len(orgs) and len(set(commits)) == len(commits)
    _require(once, "org_twice")
    _require(type(listed["n"]) is int and listed["n"] == len(tickets), "list_count")
    leaves = [ticket_leaf(digest, plan["draw"], *pair) for pair in zip(ids, commits, strict=True)]
    root = tree_head(digest, leaves)
    _require(listed["root"] == root.hex(), "list_root")
    _require(len(tickets) >= max(plan["min_tickets"], 1), "too_few")
    return root


def _check_result(plan: dict[str, Any], proof: dict[str, Any], root: bytes) -> str:
    tickets, result = proof["list"]["tickets"], proof["result"]
    beacon = bytes.fromhex(proof["beacon"])
    secrets = [(one["role"], bytes.fromhex(one["secret"])) for one in proof["reveals"]]
    key = seed(plan, root, len(tickets), secrets, beacon)
    ids = [ticket["ticket"] for ticket in tickets]
    ranked = ranking(HASHES[plan["alg"]], key, ids, plan["round"])
    _require(result["ranking"] == ranked, "ranking")
    _require(result["winner"] == ranked[0], "winner")
    _require("org" in tickets[ids.index(ranked[0])], "winner_hidden")
    return ranked[0]


def platform_root(digest: Digest, i: int, secret: bytes, path: Sequence[bytes]) -> bytes:
    """Return the root of the platform's list that secret number i leads to."""
    node = digest(b"\0" + u32be(i) + secret)
    for level, beside in enumerate(path):
        pair = (beside, node) if i >> level & 1 else (node, beside)
        node = digest(b"\1" + pair[0] + pair[1])
    return node


def _check_platform(proof: dict[str, Any], root: str | None) -> str:
    if "platform" not in proof:
        _require(root is None, "platform_path")
        return ""
    claim = proof["platform"]
    _fields(claim, "platform_path", {"i", "path"})
    shaped = _is_count(claim["i"]) and isinstance(claim["path"], list) and len(claim["path"]) <= 32  # noqa: PLR2004
    _require(shaped and all(_is_hex(one, HASH_BYTES) for one in claim["path"]), "platform_path")
    _require(claim["i"] < 2 ** len(claim["path"]), "platform_path")
    secrets = [one["secret"] for one in proof["reveals"] if one["role"] == "platform"]
    _require(secrets, "platform_path")
    path = [bytes.fromhex(one) for one in claim["path"]]
    digest = HASHES[proof["plan"]["alg"]]
    found = platform_root(digest, claim["i"], bytes.fromhex(secrets[0]), path).hex()
    _require(root is None or found == root.strip().lower(), "platform_path")
    return found


def verify(
    proof: object, expected_plan: str | None = None, expected_root: str | None = None
) -> Report:
    """Check every promise of draw-v1 in turn; the first broken one is raised as RefusedError."""
    whole = _check_shape(proof)
    plan = whole["plan"]
    hashed = check_plan(plan)
    _require(expected_plan is None or expected_plan.strip().lower() == hashed, "plan_hash")
    notes = _check_reveals(plan, whole["reveals"])
    root = _check_list(plan, whole["list"])
    kind = plan["beacon"]["kind"]
    _require(_is_hex(whole["beacon"], BEACON_BYTES[kind]), "beacon_value")
    winner = _check_result(plan, whole, root)
    platform = _check_platform(whole, expected_root)
    compared = "与公告一致" if expected_plan else "未比对，请与公告核对"
    named = "、".join(_title(one["role"]) for one in whole["reveals"])
    parties = f"{len(whole['reveals'])}方：{named}"
    steps = [
        Step("plan", "选取计划", f"计划指纹 {hashed}，{compared}"),
        Step("secrets", "各方随机数与公告前的承诺相符", "；".join([parties, *notes])),
        Step("list", "名单在冻结之后没有增减", f"{whole['list']['n']}张票，名单指纹 {root.hex()}"),
        Step("beacon", "公共随机数", _beacon_note(plan["beacon"], whole["beacon"])),
        Step("ranking", "重新排序，排第一的就是中选的票", f"票号 {winner}"),
    ]
    if platform:
        listed = f"第{whole['platform']['i']}号，清单指纹 {platform}，请与公开日志核对"
        steps.append(Step("platform", "平台随机数在年初公布的清单之中", listed))
    return Report(tuple(steps), hashed, expected_plan is not None)


def _title(role: str) -> str:
    return TITLES.get(role, role)


def _beacon_note(beacon: dict[str, Any], value: str) -> str:
    if beacon["kind"] == "none":
        return "本次未使用"
    return f"{beacon['kind']} 第{beacon['round']}轮：{value}，签名请到该信标的网站核对"


# --- the opening of a bidding (selection.md 2) --------------------------------------------------

RULES = {"clamp": "按达到最低限价计", "reject": "不计入"}
BID_FAULTS = {
    "unreadable": "密封件打不开，或里面不是报价，不计入",
    "not_positive": "报价不大于零，不计入",
    "over_ceiling": "报价高于最高限价，不计入",
    "under_floor": "报价低于最低限价，按公告规定不计入",
}


class Bid(NamedTuple):
    """One opened bid; without numbers when it could not be read."""

    ticket: str
    fen: int | None
    seq: int | None
    commit: str


class Settlement(NamedTuple):
    """The price, who offered it, and why bids were set aside; no price without a winner."""

    price: int | None
    tied: list[str]
    invalid: dict[str, str]


class OpeningReport(NamedTuple):
    """What a consistent transcript shows."""

    steps: tuple[Step, ...]
    price: int | None
    tied: tuple[str, ...]
    is_compared: bool

    @property
    def verdict(self) -> str:
        """Say the result in one sentence."""
        if self.is_compared:
            return "核验通过：成交价由公告前密封的最低限价和截止时的全部报价算出，没有改动。"
        return "前后一致；最低限价指纹和报价名单指纹没有全部比对：请与公告和公开日志核对。"


def is_sound_floor(ceiling: int, floor: int | None) -> bool:
    """Say whether a floor can be reckoned with: positive, and not above the ceiling."""
    return floor is not None and 0 < floor <= ceiling


def bid_fault(ceiling: int, below_floor: str, floor: int | None, bid: Bid) -> str | None:
    """Return why a bid is set aside, or None."""
    if bid.fen is None or bid.seq is None:
        return BID_FAULTS["unreadable"]
    if bid.fen <= 0:
        return BID_FAULTS["not_positive"]
    if bid.fen > ceiling:
        return BID_FAULTS["over_ceiling"]
    known = floor if floor is not None and is_sound_floor(ceiling, floor) else 0
    return BID_FAULTS["under_floor"] if below_floor == "reject" and bid.fen < known else None


def counting_bids(bids: Iterable[Bid]) -> list[Bid]:
    """Return each ticket's readable bid with the highest ``seq``, of equals the smallest commit."""
    readable = [bid for bid in bids if bid.seq is not None and bid.fen is not None]
    ordered = sorted(readable, key=lambda bid: (bid.ticket, -(bid.seq or 0), bid.commit))
    last: dict[str, Bid] = {}
    for bid in ordered:
        last.setdefault(bid.ticket, bid)
    return list(last.values())


def settle(ceiling: int, below_floor: str, floor: int | None, bids: Iterable[Bid]) -> Settlement:
    """Apply the price rule: the lowest of ``max(bid, floor)`` wins; time gives no priority."""
    given = list(bids)
    faults = ((bid.commit, bid_fault(ceiling, below_floor, floor, bid)) for bid in given)
    invalid = {commit: fault for commit, fault in faults if fault}
    if floor is None or not is_sound_floor(ceiling, floor):
        return Settlement(None, [], invalid)
    valid = [b for b in counting_bids(given) if not bid_fault(ceiling, below_floor, floor, b)]
    effective = {bid.ticket: max(bid.fen or 0, floor) for bid in valid}
    price = min(effective.values(), default=None)
    tied = sorted(ticket for ticket, value in effective.items() if value == price)
    return Settlement(price, tied, invalid)


def envelope_leaf(envelope: dict[str, Any]) -> bytes:
    """Return the leaf of a sealed bid in the list that the log holds since the close."""
    return sha256(b"\0" + canonical(envelope))


def envelope_root(envelopes: Iterable[dict[str, Any]]) -> bytes:
    """Return the head of the list of sealed bids, given in order of ticket and commit."""
    return tree_head(sha256, [envelope_leaf(one) for one in envelopes])


def sealed_numbers(body: bytes, ctx: object, names: set[str]) -> dict[str, int] | None:
    """Return the whole numbers in a committed body; None when its sealer put rubbish in."""
    try:
        held = _fields(parse(body), "opening_shape", {"ctx", "val", "salt"})
        value = _fields(held["val"], "opening_shape", names)
        exact = canonical(held) == body and held["ctx"] == ctx
    except (RefusedError, TypeError):
        return None
    whole = all(type(number) is int for number in value.values())
    return value if exact and whole and _is_hex(held["salt"], HASH_BYTES) else None


def _check_sealed(envelope: Any, code: str, project: str, kind: str) -> str:  # noqa: ANN401
    """Check the form of an envelope of this project and return its holder."""
    _fields(envelope, code, {"v", "ctx", "k", "commit", "nonce", "ct", "shares"})
    ctx = _fields(envelope["ctx"], code, {"project", "kind", "holder"})
    form = {"v": 1, "k": 2}
    known = all(type(envelope[k]) is int and envelope[k] == n for k, n in form.items())
    sized = {"commit": 32, "nonce": 12, "ct": 528}
    whole = all(_is_hex(envelope[k], n) for k, n in sized.items())
    _require(known and whole and isinstance(envelope["shares"], list), code)
    ours = ctx["project"] == project and ctx["kind"] == kind and isinstance(ctx["holder"], str)
    _require(ours, code, "ctx")
    names = [_fields(one, code, {"to", "kid", "h", "c"})["to"] for one in envelope["shares"]]
    _require(names == list(GUARDIANS), code, "shares")
    pieces = {"kid": 4, "h": 32, "c": 114}
    shaped = all(_is_hex(one[k], n) for one in envelope["shares"] for k, n in pieces.items())
    _require(shaped, code, "shares")
    return str(ctx["holder"])


def _released(envelope: dict[str, Any], released: Any, code: str) -> list[tuple[int, int]]:  # noqa: ANN401
    """Return the shares that guardians released, each as the envelope promises it."""
    _require(isinstance(released, list), code)
    names = [_fields(one, code, {"from", "share"})["from"] for one in released]
    known = all(isinstance(one, str) and one in GUARDIANS for one in names)
    _require(known and all(one < two for one, two in pairwise(names)), code)
    described = {one["to"]: one["h"] for one in envelope["shares"]}
    shares = []
    for one in released:
        if one["share"] == "":  # the guardian answered: its share is not what was promised
            continue
        _require(_is_hex(one["share"], 33), code, one["from"])
        share = bytes.fromhex(one["share"])
        placed = share[0] == GUARDIANS.index(one["from"]) + 1
        _require(placed and sha256(share).hex() == described[one["from"]], code, one["from"])
        shares.append((share[0], int.from_bytes(share[1:17], "big")))
    return shares


def _unsealed(told: dict[str, Any], code: str, decrypt: Decrypt) -> bytes | None:
    """Return the committed body; None only when no answer still to come could open it."""
    envelope, released = told["envelope"], told["released"]
    shares = _released(envelope, released, code)
    for pair in combinations(shares, 2):
        body = open_body(envelope, combine(pair), decrypt)
        if body is not None:
            _require(len(shares) == len(released), code)
            return body
    bad = len(released) - len(shares)
    _require(len(released) == len(GUARDIANS) or bad > 1, code)
    return None


def _check_floor(whole: dict[str, Any], commit: str | None, decrypt: Decrypt) -> int | None:
    told = _fields(whole["floor"], "floor_envelope", {"envelope", "released", "val"})
    holder = _check_sealed(told["envelope"], "floor_envelope", whole["project"], "floor")
    _require(holder == "owner", "floor_envelope", "ctx")
    given = told["envelope"]["commit"]
    _require(commit is None or commit.strip().lower() == given, "floor_commit")
    body = _unsealed(told, "floor_released", decrypt)
    value = body and sealed_numbers(body, told["envelope"]["ctx"], {"fen"})
    _check_told(told["val"], value or None, "floor_val")
    return value["fen"] if value else None


def _check_told(told: object, value: dict[str, int] | None, code: str) -> None:
    same = told is None if value is None else isinstance(told, dict) and told == value
    exact = value is None or (isinstance(told, dict) and {type(n) for n in told.values()} == {int})
    _require(same and exact, code)


def _check_bid(whole: dict[str, Any], told: Any, decrypt: Decrypt) -> Bid:  # noqa: ANN401
    _fields(told, "bid_envelope", {"envelope", "released", "val", "invalid"})
    envelope = told["envelope"]
    ticket = _check_sealed(envelope, "bid_envelope", whole["project"], "bid")
    _require(_is_hex(ticket, 16), "bid_envelope", "ctx")
    body = _unsealed(told, "bid_released", decrypt)
    value = body and sealed_numbers(body, envelope["ctx"], {"fen", "seq"})
    _check_told(told["val"], value or None, "bid_val")
    fen, seq = (value["fen"], value["seq"]) if value else (None, None)
    return Bid(ticket, fen, seq, envelope["commit"])


def _check_settlement(whole: dict[str, Any], floor: int | None, bids: list[Bid]) -> Settlement:
    ceiling, rule = whole["ceiling"], whole["below_floor"]
    for bid, told in zip(bids, whole["bids"], strict=True):
        fault = bid_fault(ceiling, rule, floor, bid)
        _require(told["invalid"] == fault, "bid_invalid", bid.ticket)
    found = settle(ceiling, rule, floor, bids)
    price, tied = whole["settled"]["price"], whole["settled"]["tied"]
    _require(type(price) is type(found.price) and price == found.price, "settled_price")
    _require(isinstance(tied, list) and tied == found.tied, "settled_tied")
    return found


def _check_transcript(transcript: object) -> dict[str, Any]:
    names = {"v", "project", "ceiling", "below_floor", "closed_at", "floor", "bids", "settled"}
    whole = _fields(transcript, "opening_shape", names)
    _require(type(whole["v"]) is int and whole["v"] == 1, "opening_v")
    _require(_is_text(whole["project"]), "opening_shape", "project")
    ceiling = whole["ceiling"]
    _require(type(ceiling) is int and 0 < ceiling <= MAX_INTEGER, "opening_ceiling")
    rule = whole["below_floor"]
    _require(isinstance(rule, str) and rule in RULES, "opening_rule")
    timed = isinstance(whole["closed_at"], str) and MOMENT.fullmatch(whole["closed_at"])
    _require(timed, "opening_time")
    _require(isinstance(whole["bids"], list), "opening_shape", "bids")
    _fields(whole["settled"], "opening_shape", {"price", "tied"})
    return whole


def verify_opening(
    transcript: object,
    floor_commit: str | None = None,
    root: str | None = None,
    fingerprint: str | None = None,
    decrypt: Decrypt = gcm_open,
) -> OpeningReport:
    """Open every envelope of a bidding anew and settle it; the first thing broken is raised.

    ``floor_commit`` stands in the tender notice, ``root`` in the log's entry of the close, and
    ``fingerprint`` (of the whole file) in the award notice.
    """
    whole = _check_transcript(transcript)
    floor = _check_floor(whole, floor_commit, decrypt)
    bids = [_check_bid(whole, told, decrypt) for told in whole["bids"]]
    places = [(bid.ticket, bid.commit) for bid in bids]
    _require(all(one < two for one, two in pairwise(places)), "bid_order")
    listed = envelope_root(told["envelope"] for told in whole["bids"]).hex()
    _require(root is None or root.strip().lower() == listed, "envelope_root")
    found = _check_settlement(whole, floor, bids)
    hashed = sha256(canonical(whole)).hex()
    _require(fingerprint is None or fingerprint.strip().lower() == hashed, "opening_hash")
    compared = (floor_commit is not None, root is not None, fingerprint is not None)
    steps = _opening_steps(whole, (listed, hashed), found, compared)
    return OpeningReport(steps, found.price, tuple(found.tied), all(compared[:2]))


def _opening_steps(
    whole: dict[str, Any], prints: tuple[str, str], found: Settlement, compared: tuple[bool, ...]
) -> tuple[Step, ...]:
    places = zip(("公告", "公开日志", "结果公示"), compared, strict=True)
    notes = [f"与{one}一致" if done else f"未比对，请与{one}核对" for one, done in places]
    root, hashed = prints
    floor, bids = whole["floor"], whole["bids"]
    sealed = f"指纹 {floor['envelope']['commit']}，{notes[0]}"
    value = f"{_yuan(floor['val']['fen'])}" if floor["val"] else "打不开，或里面不是价格"
    aside = sum(told["invalid"] is not None for told in bids)
    ceiling = f"最高限价{_yuan(whole['ceiling'])}；低于最低限价的{RULES[whole['below_floor']]}"
    result = "没有有效的最低限价或报价，选取失败"
    if found.price is not None:
        result = f"{_yuan(found.price)}，票号 {'、'.join(found.tied)}"
    return (
        Step("floor", "最低限价就是公告前密封的那一份", f"{value}；{sealed}"),
        Step("bids", "报价在截止之后没有增减", f"{len(bids)}份，名单指纹 {root}，{notes[1]}"),
        Step("invalid", "不计入的报价各有原因", f"{aside}份；{ceiling}"),
        Step("settled", "重新计算的成交价和报出它的票", result),
        Step("file", "本记录的指纹", f"{hashed}，{notes[2]}"),
    )


def _yuan(amount: int) -> str:
    sign, amount = "-" if amount < 0 else "", abs(amount)
    return f"{sign}{amount // 100:,}.{amount % 100:02}元"


# --- command ------------------------------------------------------------------------------------


def read_file(path: str) -> Any:  # noqa: ANN401 - JSON is of any type
    """Read one file strictly."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RefusedError("file_unreadable") from error
    return parse(data)


def verify_file(path: str, plan: str | None = None, root: str | None = None) -> Report:
    """Read the proof of a draw and verify it."""
    return verify(read_file(path), plan, root)


def describe(path: str, plan: str | None = None, root: str | None = None) -> tuple[int, str]:
    """Return the exit code and the text to show for the proof of a draw."""
    return _told(lambda: verify_file(path, plan, root))


def describe_opening(
    path: str, floor: str | None = None, root: str | None = None, fingerprint: str | None = None
) -> tuple[int, str]:
    """Return the exit code and the text to show for the transcript of an opening."""
    return _told(lambda: verify_opening(read_file(path), floor, root, fingerprint))


def _told(check: Callable[[], Report | OpeningReport]) -> tuple[int, str]:
    try:
        report = check()
    except RefusedError as error:
        return 1, _printable(f"核验不通过：{error}\n原因代码：{error.code}")
    lines = [f"[相符] {step.title}：{step.detail}" for step in report.steps]
    return 0, _printable("\n".join([*lines, report.verdict]))


def _is_opening(path: str) -> bool:
    """Say whether a file is the transcript of an opening; what is neither is told as a draw's."""
    try:
        value = read_file(path)
    except RefusedError:
        return False
    return isinstance(value, dict) and "settled" in value


def _printable(text: str) -> str:
    """Keep control characters of a stranger's file away from the terminal."""
    return "".join(mark if mark.isprintable() or mark == "\n" else "?" for mark in text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="离线核验随机选取的证明文件或竞价的开启记录")
    parser.add_argument("proof", help="从结果页下载的证明文件或开启记录")
    parser.add_argument("--plan", help="公告上印的计划指纹（随机选取）")
    parser.add_argument("--platform-root", help="公开日志里平台随机数清单的指纹（随机选取）")
    parser.add_argument("--floor", help="公告上印的最低限价指纹（竞价选取）")
    parser.add_argument("--root", help="公开日志里竞价截止时的报价名单指纹（竞价选取）")
    parser.add_argument("--hash", help="结果公示上印的开启记录指纹（竞价选取）")
    given = parser.parse_args(arguments)
    if _is_opening(given.proof):
        code, text = describe_opening(given.proof, given.floor, given.root, given.hash)
    else:
        code, text = describe(given.proof, given.plan, given.platform_root)
    if isinstance(sys.stdout, io.TextIOWrapper):  # an old console may lack a character
        sys.stdout.reconfigure(errors="replace")
    sys.stdout.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
