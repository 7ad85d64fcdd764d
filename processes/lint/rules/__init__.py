"""One module per subject; all are imported by name, so that a search finds each."""


def load() -> None:
    """Register every rule; importing twice changes nothing."""
    from processes.lint.rules import (  # noqa: F401, PLC0415
        actions,
        choices,
        data,
        deadlines,
        events,
        gateways,
        layout,
        loops,
        named,
        names,
        rules_used,
        schema,
        structure,
        tasks,
        texts,
        todo,
        unset,
        unsupported,
    )
