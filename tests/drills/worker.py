"""A grid worker at the entry form: what he types, what he is told, how long he waits."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

from data.entry_forms import FORMS as NAMES
from tests.drills.tab import Tab
from tests.drills.town import Person

FORMS = ("appeal", "visit")
FIELD = {"appeal": "entry_appeal_title", "visit": "entry_visit_finding"}  # where the text goes
SAID = ("已登记", "已记录")


@dataclass
class Tally:
    """What was tried and what the page said of it; ``seconds`` are those of the sendings."""

    tried: dict[str, str] = field(default_factory=dict)  # text to form
    acknowledged: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    interactions: int = 0


@dataclass
class Worker:
    """One person, his open tab and how quick he is (seconds between two touches)."""

    person: Person
    tab: Tab
    tally: Tally
    chance: random.Random
    pause: tuple[float, float] = (0, 0)

    async def enter(self, form: str, text: str) -> bool:
        """One entry from the choice of the form to the answer."""
        if not self.tab.has(f"entry_{form}_submit*"):
            await self.touch("entry_form", NAMES[form])
        await self.fill_in(form, text)
        return await self.send(form, text)

    async def fill_in(self, form: str, text: str) -> None:
        """Everything but the button."""
        if form == "appeal":
            category = self.chance.choice(self.tab.widget("entry_appeal_category").options)
            await self.touch("entry_appeal_category", category)
        await self.touch(FIELD[form], text)

    async def touch(self, name: str, value: str) -> None:
        """One interaction with a field, after a moment's thought."""
        await asyncio.sleep(self.chance.uniform(*self.pause))
        self.tally.interactions += 1
        await self.tab.set(name, value)

    async def send(self, form: str, text: str) -> bool:
        """Press the button; whether the page acknowledges the entry."""
        await asyncio.sleep(self.chance.uniform(*self.pause))
        self.tally.interactions += 1
        self.tally.tried[text] = form
        before = time.perf_counter()
        await self.tab.press(f"entry_{form}_submit*")
        self.tally.seconds.append(time.perf_counter() - before)
        said = " ".join(one.proto.body for one in self.tab.shown("alert"))
        if any(word in said for word in SAID):
            self.tally.acknowledged.add(text)
            return True
        self.tally.refused.append(said or self.tab.text()[-300:])
        return False


def address(person: Person, form: str = FORMS[0]) -> str:
    """What the code on his lanyard says."""
    return f"/entry?grid={person.grid}&form={form}"
