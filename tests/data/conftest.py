"""What every test of the data layer shares: one profile for property tests, cheap passwords."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from data import passwords

settings.register_profile(
    "shared", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100
)
settings.load_profile("shared")


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> None:
    """Passwords hashed cheaply: the real cost is what makes guessing slow, and tests too."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
