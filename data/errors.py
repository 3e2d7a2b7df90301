"""The one error that people see: a rule was broken, and here is how to mend it."""

from __future__ import annotations


class RuleError(ValueError):
    """A refused input: ``message`` says in Chinese what is wrong and what to do.

    ``field`` is the label of the input concerned, or "" when it is none in particular.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
