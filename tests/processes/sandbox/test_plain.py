"""The law of the short way: what it answers, the helper answers too."""

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.sandbox import plain, source
from processes.sandbox.sandbox import Sandbox

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.0, 1.0, 2.5]),
    st.sampled_from(["", "a", "b", "甲", "😀", "z"]),
)
DATA = st.fixed_dictionaries(
    {
        "a": VALUES,
        "b": VALUES,
        "xs": st.lists(VALUES, max_size=3),
        "d": st.dictionaries(st.sampled_from(["k", "j"]), VALUES),
    }
)
ATOMS = st.one_of(
    VALUES.map(repr), st.sampled_from(["a", "b", "xs", "d", "d['k']", "d['j']", "['a', 'b', '甲']"])
)
OPERATORS = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"])
COMPARISONS = st.tuples(ATOMS, OPERATORS, ATOMS).map(" ".join)
TEXTS = st.recursive(
    st.one_of(ATOMS, COMPARISONS),
    lambda inner: st.one_of(
        inner.map(lambda text: f"not ({text})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda t: f"({t[0]}) {t[1]} ({t[2]})"
        ),
    ),
    max_leaves=4,
)


class Slow(Sandbox):
    """Asks the helper whatever the text."""

    def evaluate(self, text, names):
        parsed = source._source(text, source._parse(text, "eval"))
        wanted = list(parsed.reads)
        return self._run(1, parsed, f"{','.join(wanted)}||", {n: names[n] for n in wanted})


@settings(max_examples=400, deadline=None)
@given(TEXTS, DATA)
def test_a_plain_answer_is_the_helpers_answer(text, data):
    parsed = source._source(text, source._parse(text, "eval"))
    if parsed.plain is None:
        return
    answer = plain.run(parsed.plain, data)
    if answer is not plain.ASK:
        helper = Slow().evaluate(text, data)
        assert (type(answer), answer) == (type(helper), helper)


def test_what_the_gateways_of_a_flow_ask_is_plain():
    data = {"approved": 1, "draw": {"winner": None}, "count": 2, "method": "random"}
    for text, value in {
        "approved == 1": True,
        "draw['winner'] != None": False,
        "draw['winner'] is None": True,
        "count >= 2 and method == 'random'": True,
        "method in ['random', 'auction']": True,
        "not approved": False,
    }.items():
        assert plain.run(source.expression(text).plain, data) is value


def test_what_might_differ_is_left_to_the_helper():
    data = {"n": 1, "f": 1.0, "t": True, "d": {}}
    for text in ("n == f", "n == t", "n < f", "d['k'] == 1", "n in [1, 2]"):
        assert plain.run(source.expression(text).plain, data) is plain.ASK
    for text in ("n + 1 == 2", "len(d) == 0", "1 < n < 3 + n", "d.get('k')", "[n for x in d]"):
        assert source.expression(text).plain is None
