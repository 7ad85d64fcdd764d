"""What a text names besides variables: the rules it asks for by a literal key."""

import ast
from functools import lru_cache

ASKING = frozenset({"rule", "deadline"})


@lru_cache(maxsize=4096)
def rule_keys(
    text: str, *, script: bool = False, asking: frozenset[str] = ASKING
) -> tuple[str, ...]:
    """Return the keys of the rules that a text asks for; one that does not compile asks none."""
    try:
        tree = ast.parse(text.strip() if not script else text, mode="exec" if script else "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    keys = (
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id in asking
        and isinstance(call.args[0], ast.Constant)
    )
    return tuple(sorted({str(key) for key in keys}))
