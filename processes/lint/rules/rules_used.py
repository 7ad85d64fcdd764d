"""Rules of the county that expressions ask for."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.names_used import rule_keys
from processes.lint.registry import Found, rule
from processes.lint.texts import texts

COUNTING = frozenset({"deadline"})


@rule("rule_known")
def rule_known(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A rule that no pack declares fails when the step is reached."""
    if catalogue.rules is None:
        return
    for text in texts(diagram):
        for key in rule_keys(text.text, script=text.is_script):
            if key not in catalogue.rules:
                yield (
                    text.element,
                    f"{text.label}里的规则“{key}”在规则表中没有，请改为已有的规则或先在规则表中增加。",
                )


@rule("deadline_counts")
def deadline_counts(diagram: Diagram, catalogue: Catalogue) -> Found:
    """``deadline`` counts working days; another rule's value cannot be counted so."""
    for text in texts(diagram):
        asked = rule_keys(text.text, script=text.is_script, asking=COUNTING)
        for key in set(asked) & (catalogue.rules or frozenset()) - catalogue.periods:
            yield (
                text.element,
                f"{text.label}里 deadline 用的规则“{key}”不以工作日计，请改用期限类规则。",
            )
