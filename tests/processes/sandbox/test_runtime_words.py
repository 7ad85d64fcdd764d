"""What fails while it runs is told in Chinese, with what to do."""

import re

import pytest

from processes.sandbox.errors import SandboxError
from processes.sandbox.sandbox import Sandbox

DATA = {"a": 3, "t": "abc", "l": [1, 2], "d": {"k": 1}, "n": None, "b": True}
FAILING = {
    "a < t": "整数和文字不能比较大小",
    "a + t": "请用 str() 把整数变成文字",
    "n + 1": "还没有值",
    "n < 3": "还没有值",
    "n.x": "还没有值",
    "d.k": '写成 ["k"]',
    "d['zz']": "没有“zz”",
    "l[5]": "没有第 5 项",
    "t[9]": "没有第 9 项",
    "l['x']": "应为整数，现为文字",
    "a / 0": "除数是 0",
    "a % 0": "除数是 0",
    "a // 0": "除数是 0",
    "a()": "不是函数",
    "len(a)": "没有长度",
    "int(t)": "不是整数",
    "float(t)": "不是数字",
    "max([])": "列表是空的",
    "sorted([1, 'a'])": "不能比较大小",
    "[x for x in a]": "不能逐项取用",
    "{l: 1}": "不能作对象的名称",
    "fail('停')": "脚本主动中止：停",
    "t.upper(1)": "参数个数不对",
    "add_days(t, 1)": "不是日期",
    "rule()": "参数不对",
    "round(t)": "参数类型不对",
    "a in 3": "判断包含",
}


@pytest.mark.parametrize("text", FAILING)
def test_a_failing_expression_is_told_in_chinese(text):
    sandbox = Sandbox({"rule": str.upper})
    with pytest.raises(SandboxError) as caught:
        sandbox.evaluate(text, DATA)
    told = caught.value.text.partition("无法计算：")[2]
    assert FAILING[text] in told
    assert re.search("请|主动中止", told)
    assert not re.search("[Oo]peration|[Ee]rror|supported|found", told)


@pytest.mark.parametrize("word", ["while", "import", "try", "class", "with", "del"])
def test_words_that_scripts_do_not_have_are_named(word):
    texts = {
        "while": "while True:\n  x = 1",
        "import": "import os",
        "try": "try:\n  x = 1\nexcept:\n  x = 2",
        "class": "class A: pass",
        "with": "with a: pass",
        "del": "del l[0]",
    }
    (problem,) = Sandbox().compile_check("script", texts[word])
    assert f"不能使用 {word}" in problem.message
