"""What a stolen password table costs to guess from."""

from __future__ import annotations

from argon2 import extract_parameters
from argon2.low_level import Type

from tests.conftest import THOROUGH


def test_a_guess_at_a_stolen_hash_is_dear() -> None:
    """Argon2id with at least what OWASP asks for; every other test hashes cheaply."""
    found = extract_parameters(THOROUGH.hash("correct horse battery"))
    assert found.type is Type.ID
    assert found.memory_cost >= 19 * 1024  # KiB
    assert found.time_cost >= 2
