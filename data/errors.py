"""The one error that people see: a rule was broken, and here is how to mend it."""

from __future__ import annotations

LONGEST = 400  # a refusal may quote what was entered, but not ten thousand characters of it


class RuleError(ValueError):
    """A refused input: ``message`` says in Chinese what is wrong and what to do.

    ``field`` is the label of the input concerned, or "" when it is none in particular.
    """

    def __init__(self, message: str, field: str = "") -> None:
        if len(message) > LONGEST:
            message = f"{message[:150]}……{message[-100:]}"
        super().__init__(message)
        self.message = message
        self.field = field


class AccessError(RuleError):
    """Refused because of who asks: says what is missing and whom to ask."""
