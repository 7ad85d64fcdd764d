"""Files that were made to do harm; each is small to send and says what it is after."""

import io
import json
import stat
import zipfile
from collections.abc import Callable

from models.settings import BPMN
from tests.processes.diagrams import END, START, chain, flow, node, process, script, timer

BILLION = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
DEFINITIONS = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">{}</definitions>'
DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">{}</definitions>'
ONE_MB = 1 << 20


def diagrams() -> dict[str, bytes]:
    """Texts sent as diagrams."""
    plain = process(START, node("userTask", "a"), END, chain("begin", "a", "finish"))
    return {
        "empty": b"",
        "no xml": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "cut off": plain[: len(plain) // 2],
        "billion laughs": BILLION.encode() + plain,
        "outside entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + plain,
        "outside dtd": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + plain,
        "utf-16": "<?xml version='1.0' encoding='utf-16'?><x/>".encode("utf-16"),
        "utf-7": b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE x+AD4-<x/>',
        "ebcdic": b'<?xml version="1.0" encoding="ebcdic-cp-us"?><x/>',
        "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><x/>',
        "deep": DEFINITIONS.format("<subProcess>" * 300 + "</subProcess>" * 300).encode(),
        "very deep": DEFINITIONS.format("<a>" * 90_000 + "</a>" * 90_000).encode(),
        "many elements": DEFINITIONS.format("<process/>" * 60_000).encode(),
        "many attributes": DEFINITIONS.format(
            "<process " + " ".join(f'a{n}="1"' for n in range(60_000)) + "/>"
        ).encode(),
        "many namespaces": DEFINITIONS.format(
            "".join(f'<p{n}:x xmlns:p{n}="u{n}"/>' for n in range(15_000))
        ).encode(),
        "long name": process(START, node("userTask", "a", name="长" * 400_000), END, chain("begin", "a", "finish")),
        "long text": process(START, script("a", "x = '" + "y" * ONE_MB + "'"), END, chain("begin", "a", "finish")),
        "xinclude": plain.replace(
            b"</bpmn:process>",
            b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></bpmn:process>',
        ),
        "stylesheet": b'<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>' + plain,
        "schema location": plain.replace(
            b"<bpmn:definitions ",
            b'<bpmn:definitions xsi:schemaLocation="x http://127.0.0.1:9/x.xsd" ',
        ),
        "script in names": plain.replace(b'name="a"', b'name="&lt;script&gt;alert(1)&lt;/script&gt;"'),
        "script in ids": plain.replace(b'id="a"', b'id="a&quot;&gt;&lt;script&gt;"'),
        "ids twice": plain.replace(b"</bpmn:process>", b'<bpmn:userTask id="a"/></bpmn:process>'),
        "two of one id in the root": plain.replace(b'id="definitions"', b'id="a"'),
        "calls itself": process(START, node("callActivity", "a", calledElement="flow"), END, chain("begin", "a", "finish")),
        "endless": process(START, script("a", "x = 1"), END, chain("begin", "a"), flow("a", "a"), flow("a", "finish")),
        "wide": process(
            START, node("parallelGateway", "s"), *(node("userTask", f"u{n}") for n in range(2_000)), END,
            chain("begin", "s"), *(flow("s", f"u{n}") + flow(f"u{n}", "finish") for n in range(2_000)),
        ),
        "tangled": _tangled(40),
        "nested parts": _nested(60),
        "ticking": process(
            START, node("intermediateCatchEvent", "t", timer("timeCycle", "'R999999999/PT1S'")), END,
            chain("begin", "t", "finish"),
        ),
        "script bomb": process(START, script("a", "x = [0] * 10000000000"), END, chain("begin", "a", "finish")),
        "script loop": process(START, script("a", "x = [i for i in range(10000) for j in range(10000)]"), END, chain("begin", "a", "finish")),
        "script import": process(START, script("a", "import os\nos.system('id')"), END, chain("begin", "a", "finish")),
        "deep expression": process(START, script("a", "x = " + "(" * 3_000 + "1" + ")" * 3_000), END, chain("begin", "a", "finish")),
        "many scripts": process(
            START, *(script(f"s{n}", f"x{n} = {n}") for n in range(450)), END,
            chain("begin", *(f"s{n}" for n in range(450)), "finish"),
        ),
    }  # fmt: skip


def _tangled(count: int) -> bytes:
    """Every choice leads to every other: as many ways as there are orders."""
    gates = [
        node("exclusiveGateway", f"g{n}", default=f"g{n}_g{(n + 1) % count}") for n in range(count)
    ]
    ways = [
        flow(f"g{a}", f"g{b}", "" if b == (a + 1) % count else "ok")
        for a in range(count)
        for b in range(count)
        if a != b
    ]
    return process(START, *gates, END, chain("begin", "g0"), *ways, flow("g1", "finish", "ok"))


def _nested(depth: int) -> bytes:
    inner = node("userTask", "core")
    for n in range(depth):
        begin, end = node("startEvent", f"b{n}"), node("endEvent", f"e{n}")
        middle = "core" if n == 0 else f"p{n - 1}"
        inner = node("subProcess", f"p{n}", begin + inner + end + chain(f"b{n}", middle, f"e{n}"))
    return process(START, inner, END, chain("begin", f"p{depth - 1}", "finish"))


TEXTS = {
    "memory": "[0] * 10000000000",
    "memory by doubling": "'x' * 10000000000",
    "numbers": "9" * 7_000 + " * " + "9" * 900,
    "shift": "1 << 100000000000",
    "loop": "[i for i in range(10000) for j in range(10000) for k in range(10000)]",
    "sum": "sum([i for i in range(100000000)])",
    "sort": "sorted([str(i) for i in range(10000000)])",
    "json": "json.decode('[' * 100000)",
    "repr": "repr([[[[0] * 1000] * 1000] * 1000] * 1000)",
    "deep": "(" * 3_900 + "1" + ")" * 3_900,
    "unary": "-" * 7_900 + "1",
    "calls": "f(" * 2_500 + ")" * 2_500,
    "chain": "1" + "+1" * 3_900,
    "attributes": "a" + ".b" * 3_900,
    "host": "__import__('os').system('id')",
    "class": "().__class__.__bases__[0].__subclasses__()",
    "file": "open('/etc/passwd').read()",
    "lambda": "(lambda f: f(f))(lambda f: f(f))",
    "format": "'{0.__class__}'.format(1)",
    "percent": "'%1000000000d' % 1",
    "f-string": "f'{1:>1000000000}'",
    "nul": "1\x00+1",
    "right to left": "a\u202e == 1",
    "long": "a" * 30_000,
    "fail": "fail('x' * 1000000)",
    "rule of any name": "rule('x' * 100000)",
    "day of no calendar": "add_days('2026-01-01', 99999999999)",
    "duration": "duration(days=10 ** 30)",
    "working days": "working_days_after(now(), 100000000)",
    "working days back": "working_days_after(now(), -100000000)",
    "no moment": "working_days_after('x', 1)",
    "many questions": "[rule('intake.review_within') for i in range(100000)]",
}  # fmt: skip


def _form(*components: object) -> bytes:
    return json.dumps({"type": "default", "components": list(components)}).encode()


def _field(key: str = "a", **more: object) -> dict[str, object]:
    return {"type": "textfield", "key": key, "label": key, **more}


def _groups(depth: int) -> bytes:
    """Groups in groups, written as text: a library that nests its calls could not write them."""
    opening = '{"type":"group","label":"g","components":['
    return (opening * depth + json.dumps(_field()) + "]}" * depth).encode()


def forms() -> dict[str, bytes]:
    """Texts sent as forms."""
    feel = "=" + "(" * 5_000 + "a" + ")" * 5_000
    return {
        "empty": b"",
        "no json": b"{",
        "list": b"[]",
        "null": b"null",
        "number": b"1e400",
        "deep json": b"[" * 100_000 + b"]" * 100_000,
        "deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "key twice": b'{"components": [], "components": 1}',
        "nan": b'{"components": [NaN]}',
        "deep groups": b'{"type":"default","components":[' + _groups(40) + b"]}",
        "very deep groups": b'{"type":"default","components":[' + _groups(450) + b"]}",
        "many fields": _form(*(_field(f"k{n}") for n in range(20_000))),
        "one key twice": _form(_field(), _field()),
        "key of the platform": _form(_field("project"), _field("county")),
        "key of an object": _form(_field("__proto__"), _field("constructor"), _field("toString")),
        "script in label": _form(_field(label="<img src=x onerror=alert(1)><script>alert(1)</script>")),
        "script in text": _form({"type": "text", "text": "<script>alert(1)</script><a href='javascript:alert(1)'>x</a>"}),
        "html": _form({"type": "html", "content": "<iframe srcdoc='<script>alert(1)</script>'></iframe>"}),
        "iframe": _form({"type": "iframe", "url": "javascript:alert(1)", "label": "x"}),
        "image": _form({"type": "image", "source": "http://127.0.0.1:9/x.png"}),
        "script": _form({"type": "script", "script": "alert(1)"}),
        "unknown type": _form({"type": "teleport", "key": "a"}),
        "type of another kind": _form({"type": ["textfield"], "key": {"a": 1}, "label": 3}),
        "condition deep": _form(_field(conditional={"hide": feel})),
        "condition long": _form(_field(conditional={"hide": "=" + "a or " * 50_000 + "a"})),
        "condition loop": _form(_field(conditional={"hide": "=for i in 1..1000000000 return i"})),
        "condition every": _form(_field(conditional={"hide": "=every i in 1..1000000000 satisfies i > 0"})),
        "condition power": _form(_field(conditional={"hide": "=9 ** 9 ** 9 ** 9"})),
        "condition on itself": _form(_field("a", conditional={"hide": "=a"}), _field("b", conditional={"hide": "=b"})),
        "circle": _form(_field("a", conditional={"hide": "=b"}), _field("b", conditional={"hide": "=a"})),
        "pattern": _form(_field(validate={"pattern": "(a+)+$"})),
        "pattern long": _form(_field(validate={"pattern": "(" * 5_000 + ")" * 5_000})),
        "pattern broken": _form(_field(validate={"pattern": "["})),
        "lengths": _form(_field(validate={"minLength": -1, "maxLength": 10**30})),
        "many options": _form({"type": "select", "key": "a", "label": "a", "values": [{"value": str(n), "label": str(n)} for n in range(60_000)]}),
        "long label": _form(_field(label="长" * 500_000)),
        "surrogate": b'{"type":"default","components":[{"type":"textfield","key":"a","label":"\\ud800"}]}',
        "nul": b'{"type":"default","components":[{"type":"textfield","key":"a","label":"\\u0000"}]}',
    }  # fmt: skip


def _table(condition: str, output: str = "1", rules: int = 1) -> bytes:
    rule = (
        '<rule id="r{n}"><inputEntry id="i{n}"><text>{c}</text></inputEntry>'
        '<outputEntry id="o{n}"><text>{o}</text></outputEntry></rule>'
    )
    rows = "".join(rule.format(n=n, c=condition, o=output) for n in range(rules))
    return DMN.format(
        '<decision id="x" name="x"><decisionTable id="t" hitPolicy="FIRST"><input id="in" label="a">'
        '<inputExpression id="e" typeRef="number"><text>a</text></inputExpression></input>'
        f'<output id="out" name="y" typeRef="number"/>{rows}</decisionTable></decision>'
    ).encode()


def decisions() -> dict[str, bytes]:
    """Texts sent as decision tables."""
    return {
        "empty": b"",
        "billion laughs": BILLION.encode() + _table("1"),
        "outside entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + _table("1"),
        "no table": DMN.format('<decision id="x" name="x"/>').encode(),
        "no decision": DMN.format("").encode(),
        "literal": DMN.format('<decision id="x"><literalExpression><text>1</text></literalExpression></decision>').encode(),
        "java": DMN.format('<decision id="x"><literalExpression expressionLanguage="java"><text>Runtime.exec()</text></literalExpression></decision>').encode(),
        "host": _table("__import__('os').system('id')"),
        "memory": _table("1", "[0] * 10000000000"),
        "loop": _table("? &gt; sum([i for i in range(1000000000)])"),
        "deep": _table("(" * 3_000 + "1" + ")" * 3_000),
        "long": _table("1 + " * 20_000 + "1"),
        "many rules": _table("&lt; 5", "1", 4_000),
        "wide rule": _table("1").replace(b'<inputEntry id="i0">', b'<inputEntry id="z"><text>1</text></inputEntry>' * 3_000 + b'<inputEntry id="i0">'),
        "no entries": _table("1").replace(b"<text>1</text>", b""),
        "circle": DMN.format('<decision id="x"><informationRequirement><requiredDecision href="#x"/></informationRequirement></decision>').encode(),
        "hit policy": _table("1").replace(b"FIRST", b"TELEPORT"),
    }  # fmt: skip


TOML = {
    "empty": "",
    "no toml": "[[[[",
    "not utf-8": "\udcff",
    "deep": "a = " + "[" * 50_000 + "]" * 50_000,
    "deep tables": "[" + ".".join(["a"] * 20_000) + "]\n",
    "many keys": "".join(f"k{n} = 1\n" for n in range(60_000)),
    "long": f'title = "{"长" * 400_000}"',
    "of other kinds": "title = 1\nkind = []\nbody = {}\n[[value]]\n",
    "template": 'title = "{{ 7 * 7 }}{% for i in range(10**9) %}x{% endfor %}"\nbody = "{0.__class__.__mro__}"\n',
    "format": 'title = "{title:>1000000000}"\nbody = "{a[0].__init__.__globals__}"\n',
    "script": 'title = "<script>alert(1)</script>"\nbody = "<img src=x onerror=alert(1)>"\n',
    "typst": 'title = "#read(\\"/etc/passwd\\")"\nbody = "#include \\"/etc/passwd\\""\n',
    "dates": "from = 9999-99-99\n",
    "number": "a = 1" + "0" * 5_000,
}


def archives() -> dict[str, bytes]:
    """Bodies sent as packs."""
    shipped = (BPMN / "counties" / "xiangxi" / "pack.toml").read_text()
    link = zipfile.ZipInfo("forms/link.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    device = zipfile.ZipInfo("forms/device.json")
    device.external_attr = (stat.S_IFCHR | 0o777) << 16
    return {
        "empty": b"",
        "no zip": b"PK\x03\x04" + b"\x00" * 100,
        "cut off": zipped({"pack.toml": shipped, "forms/a.json": "{}" * 5_000})[:-40],
        "nothing": zipped({}),
        "bomb": zipped({f"forms/a{n}.json": "0" * (20 * ONE_MB) for n in range(10)}),
        "one large": zipped({"forms/a.json": " " * (100 * ONE_MB)}),
        "many": zipped({f"forms/a{n}.json": "{}" for n in range(5_000)}),
        "up": zipped({"pack.toml": shipped, "../../../../tmp/up.json": "{}"}),
        "up inside": zipped({"pack.toml": shipped, "forms/../../up.json": "{}"}),
        "absolute": zipped({"pack.toml": shipped, "/etc/cron.d/up": "{}"}),
        "windows": zipped({"pack.toml": shipped, "forms\\..\\..\\up.json": "{}", "C:/up.json": "{}"}),
        "link": zipped({"pack.toml": shipped, link: "/etc/passwd"}),
        "device": zipped({"pack.toml": shipped, device: ""}),
        "script in a name": zipped({"pack.toml": shipped, "forms/<script>alert(1)<script>.json": "{}"}),
        "program": zipped({"pack.toml": shipped, "handlers/evil.py": "import os"}),
        "same name twice": _twice(shipped),
        "nul in a name": zipped({"pack.toml": shipped, "forms/a\x00.json": "{}"}),
        "locked": _locked(zipped({"pack.toml": shipped, "forms/a.json": "{}"})),
        "another county's": zipped({"pack.toml": shipped.replace("xiangxi", "huairou")}),
    }  # fmt: skip


def zipped(files: dict[str | zipfile.ZipInfo, str] | dict[str, str]) -> bytes:
    """Return a ZIP of some files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def _twice(shipped: str) -> bytes:
    body = zipped({"pack.toml": shipped, "forms/a.json": '{"components":[]}', "forms/b.json": "[]"})
    return body.replace(b"forms/b.json", b"forms/a.json")


def _locked(body: bytes) -> bytes:
    """Say of every file that a password is needed."""
    return body.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )


FILES: dict[str, Callable[[], dict[str, bytes]]] = {
    "diagrams/hostile.bpmn": diagrams,
    "forms/hostile.json": forms,
    "decisions/hostile.dmn": decisions,
}
