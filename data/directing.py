"""Which steps of an appeal are the office's: sending it to somebody, refusing, prolonging it."""

from __future__ import annotations

from data.method.appeals import Workflow


def needs_office(workflow: Workflow, kind: str, state: str) -> bool:
    """Whether a step takes the right to direct appeals (``direct_appeal``), not only to work."""
    sent_on = workflow.state(state).type in ("waiting", "rejected")
    return kind in ("extend", "redo") or (kind == "advance" and sent_on)
