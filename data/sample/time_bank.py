"""The time bank in double entry: approved hours earn, goods and gifts spend, reversals return."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from numpy.random import Generator

from data.method import Method, TimeBank
from data.sample.decisions import Verdict
from data.sample.moments import OFFICE_HOURS, Clock, day_weights, draw_minutes
from data.sample.people import People
from data.sample.units import Row, Street

SPENT, GIVEN = 0.16, 0.03  # transfers of each kind for each service record
ISSUE, GOODS = 1, 2  # account ids
GIFT_NOTES = ("转赠给受助老人的帮扶志愿者", "感谢搭档", "转给新队员", "")


@dataclass
class Bank:
    """Accounts, transfers and postings as rows; balances never fall below zero."""

    accounts: list[Row] = field(default_factory=list)
    transfers: list[Row] = field(default_factory=list)
    postings: list[Row] = field(default_factory=list)
    account_of: dict[int, Row] = field(default_factory=dict)  # by volunteer

    def open_account(self, kind: str, volunteer_id: int | None = None) -> Row:
        """A new account with nothing on it."""
        row = {"id": len(self.accounts) + 1, "kind": kind}
        self.accounts.append(row | {"volunteer_id": volunteer_id, "balance": 0})
        return self.accounts[-1]

    def account(self, volunteer_id: int) -> Row:
        """A volunteer's account, opened on first use."""
        if volunteer_id not in self.account_of:
            self.account_of[volunteer_id] = self.open_account("volunteer", volunteer_id)
        return self.account_of[volunteer_id]

    def move(self, kind: str, giver: Row, taker: Row, points: int, **entry: object) -> None:
        """One transfer with its two postings."""
        number = len(self.transfers) + 1
        self.transfers.append({"id": number, "kind": kind, **entry})
        for account, change in ((giver, -points), (taker, points)):
            account["balance"] += change
            self.postings.append(
                {
                    "id": len(self.postings) + 1,
                    "time_transfer_id": number,
                    "time_account_id": account["id"],
                    "points": change,
                }
            )


def make_time_bank(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    clock: Clock,
    records: list[Row],
    verdicts: list[Verdict],
) -> Bank:
    """Everything the records earned and what was done with it, in order of time."""
    bank = Bank()
    if method.time_bank is None:
        return bank
    issue, goods = bank.open_account("issue"), bank.open_account("goods")
    reversed_by = {row["volunteer_id"] for row in records if row["reverses_id"] is not None}
    steps = _earnings(records, verdicts)
    steps += _wishes(rng, people, clock, len(records), reversed_by)
    steps.sort(key=itemgetter(0))
    earned: dict[int, int] = {}
    for at, kind, subject in steps:
        if kind == "earn":
            _earn(bank, method.time_bank, issue, at, subject, earned)
        elif kind == "reverse":
            _take_back(bank, issue, at, subject, earned)
        elif kind == "spend":
            _spend(rng, bank, method.time_bank, goods, at, subject, people, street)
        else:
            _give(rng, bank, at, subject, people, street)
    return bank


Step = tuple[datetime, str, Row]


def _earnings(records: list[Row], verdicts: list[Verdict]) -> list[Step]:
    steps: list[Step] = []
    for verdict in verdicts:
        if verdict.subject == "service_record" and verdict.verdict == "approved":
            steps.append((verdict.at, "earn", verdict.row | {"approved_by": verdict.by}))
    for row in records:
        if row["reverses_id"] is not None:
            steps.append((row["recorded_at"], "reverse", row))
        elif not row["needs_approval"]:
            steps.append((row["recorded_at"], "earn", row | {"approved_by": row["recorded_by"]}))
    return steps


def _wishes(
    rng: Generator, people: People, clock: Clock, records: int, barred: set[int]
) -> list[Step]:
    """Moments at which volunteers think of spending or giving; who must return points does not."""
    steps: list[Step] = []
    weights = day_weights(clock, 0.6, lambda _month: 1.0)
    for kind, share in (("spend", SPENT), ("give", GIVEN)):
        times = clock.times(draw_minutes(rng, clock, round(records * share), weights, OFFICE_HOURS))
        who = rng.integers(0, len(people.volunteers), len(times)).tolist()
        for at, index in zip(times, who, strict=True):
            volunteer = people.volunteers[index]
            if volunteer["id"] not in barred and _present(volunteer, at, clock):
                steps.append((at, kind, volunteer))
    return steps


def _present(volunteer: Row, at: datetime, clock: Clock) -> bool:
    day = clock.local_day(at)
    return bool(volunteer["joined_on"] <= day <= (volunteer["left_on"] or day))


def _earn(
    bank: Bank, terms: TimeBank, issue: Row, at: datetime, record: Row, earned: dict[int, int]
) -> None:
    points = record["minutes"] * terms.points_per_hour // 60
    if points > 0:
        earned[record["id"]] = points
        bank.move(
            "earn",
            issue,
            bank.account(record["volunteer_id"]),
            points,
            happened_at=at,
            service_record_id=record["id"],
            note="",
            recorded_at=at,
            recorded_by=record["approved_by"],
        )


def _take_back(bank: Bank, issue: Row, at: datetime, counter: Row, earned: dict[int, int]) -> None:
    points = earned.get(counter["reverses_id"], 0)
    if points:
        bank.move(
            "reverse",
            bank.account(counter["volunteer_id"]),
            issue,
            points,
            happened_at=at,
            service_record_id=counter["id"],
            note=counter["note"],
            recorded_at=at,
            recorded_by=counter["recorded_by"],
        )


def _spend(
    rng: Generator,
    bank: Bank,
    terms: TimeBank,
    goods: Row,
    at: datetime,
    volunteer: Row,
    people: People,
    street: Street,
) -> None:
    account = bank.account_of.get(volunteer["id"])
    within = [g for g in terms.goods if account and g.points <= account["balance"]]
    if account and within:
        choice = within[int(rng.integers(len(within)))]
        by = people.worker_of_volunteer(street, volunteer["id"])
        _simple(bank, "spend", account, goods, choice.points, at, f"{choice.name} × 1", by)


def _give(
    rng: Generator, bank: Bank, at: datetime, volunteer: Row, people: People, street: Street
) -> None:
    account = bank.account_of.get(volunteer["id"])
    others = list(bank.account_of.values())
    if account and account["balance"] >= 20 and len(others) > 1:
        taker = others[int(rng.integers(len(others)))]
        points = 5 * int(rng.integers(1, min(12, account["balance"] // 5) + 1))
        receiver = people.volunteers[taker["volunteer_id"] - 1]
        if taker is not account and receiver["left_on"] is None:
            note = GIFT_NOTES[points % len(GIFT_NOTES)]
            by = people.worker_of_volunteer(street, volunteer["id"])
            _simple(bank, "give", account, taker, points, at, note, by)


def _simple(
    bank: Bank, kind: str, giver: Row, taker: Row, points: int, at: datetime, note: str, by: str
) -> None:
    bank.move(
        kind,
        giver,
        taker,
        points,
        happened_at=at,
        service_record_id=None,
        note=note,
        recorded_at=at,
        recorded_by=by,
    )
