"""Visits as rows: by the must-visit rules, by whoever holds the post, with some findings."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter

import numpy as np
from numpy.random import Generator

from data.method import Method
from data.sample.moments import OFFICE_HOURS, Clock, day_weights, draw_minutes
from data.sample.names import listed
from data.sample.oddities import visits_recorded_late, visits_written_alike
from data.sample.people import People, spot_loads
from data.sample.sizes import Sizes
from data.sample.units import Row, Street

FREE = 0.14  # share of visits that no rule asks for
HOW_OFTEN = {"week": 8, "month": 4, "quarter": 2, "half_year": 2.5, "year": 0.6, "event": 0.7}
BECAME_APPEAL = 0.7  # share of the appeals found on a visit whose visit is on record
FINDINGS = listed(
    "家中平安，无新增需求 身体状况稳定 取暖正常，已提醒通风 已送上慰问品 用电线路已提醒检查 "
    "希望增加助餐次数 已协助预约体检 提醒防范电信诈骗 已宣传医保缴费政策 子女近期已回家照料"
)


def make_visits(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    sizes: Sizes,
    clock: Clock,
    appeals: list[Row],
) -> list[Row]:
    """Visits in order of recording; some led to an appeal registered minutes later."""
    count = sizes.visits
    weights = day_weights(clock, 0.35, _before_festivals)
    times = clock.times(draw_minutes(rng, clock, count, weights, OFFICE_HOURS))
    loads = spot_loads(rng, street, spread=0.45)
    spots = rng.choice(len(loads), count, p=loads).tolist()
    rules: list[tuple[str | None, str | None]] = [(None, None)]
    rules += [(rule.key, rule.post) for rule in method.must_visit]
    often = np.array([HOW_OFTEN[rule.every] for rule in method.must_visit])
    share = np.concatenate([[FREE], (1 - FREE) * often / (often.sum() or 1)])
    kinds = rng.choice(len(rules), count, p=share / share.sum()).tolist()
    said = rng.random(count).tolist()
    lag = np.where(rng.random(count) < 0.8, 5, 180) * rng.random(count)
    rows = []
    for index, at in enumerate(times):
        key, post = rules[kinds[index]]
        finding = FINDINGS[int(said[index] * 3 * len(FINDINGS))] if said[index] < 1 / 3 else ""
        noted = min(at + timedelta(minutes=float(lag[index])), clock.now)
        rows.append(_row(street, people, spots[index], key, post, at, noted, finding))
    visits_recorded_late(rows, street, people, clock)
    visits_written_alike(rows, street, people, clock)
    rows += _with_appeal(rng, street, people, clock, appeals)
    rows.sort(key=itemgetter("recorded_at"))
    for number, row in enumerate(rows, start=1):
        row["id"] = number
    return rows


def _before_festivals(month: int) -> float:
    return {1: 1.35, 2: 1.25, 9: 1.1, 12: 1.15, 7: 0.9}.get(month, 1.0)


def _row(
    street: Street,
    people: People,
    spot: int,
    rule_key: str | None,
    post: str | None,
    at: datetime,
    noted: datetime,
    finding: str,
) -> Row:
    place = street.spots[spot]
    visitor = people.visitor(place.lineage, post, place.grid)
    return {
        "unit_id": place.unit_id,
        "person_id": visitor["id"] if visitor else None,
        "rule_key": rule_key,
        "visited_at": at,
        "finding": finding,
        "appeal_id": None,
        "reverses_id": None,
        "recorded_at": noted,
        "recorded_by": visitor["name"] if visitor else people.workers[place.grid],
    }


def _with_appeal(
    rng: Generator, street: Street, people: People, clock: Clock, appeals: list[Row]
) -> list[Row]:
    """The visits on which appeals of the visiting channel were found."""
    start = clock.midnight(clock.first_day)
    spot_of = {spot.unit_id: index for index, spot in enumerate(street.spots)}
    rows = []
    for appeal in appeals:
        if "走访" not in appeal["channel"] or rng.random() > BECAME_APPEAL:
            continue
        at = appeal["received_at"] - timedelta(minutes=int(rng.integers(3, 40)))
        if at >= start:
            finding = f"走访发现：{appeal['title']}，已登记诉求"
            spot, noted = spot_of[appeal["unit_id"]], appeal["received_at"]
            row = _row(street, people, spot, None, None, at, noted, finding)
            rows.append(row | {"appeal_id": appeal["id"]})
    return rows
