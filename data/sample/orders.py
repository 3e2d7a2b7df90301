"""Service orders 点单 → 派单 → 接单 → 服务 → 评单: most behind a record, some that ended early."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter

import numpy as np
from numpy.random import Generator

from data.method import Method
from data.sample.moments import BUSY_HOURS, Clock, day_weights, draw_minutes
from data.sample.people import People
from data.sample.sizes import Sizes
from data.sample.units import Row, Street

ORDERED = 0.105  # share of service records that go back to an order
RATED = 0.86
STAGES_LOST = (0.22, 0.3, 0.48)  # orders never dispatched, accepted, served
TITLES = {
    "宣": "请志愿者上门讲解政策",
    "调": "请帮助协商邻里事项",
    "助老": "老人需要陪同就医",
    "整治": "楼道堆物需要清理",
    "保洁": "楼道堆物需要清理",
    "巡": "夜间楼院需要巡查",
    "修": "家中小件需要维修",
    "文": "活动需要场地布置",
    "应急": "急需人手搬运物品",
    "医": "请志愿者上门量血压",
    "法": "请志愿者解答法律问题",
    "课": "请志愿者组织一次小课堂",
}


def make_orders(
    rng: Generator,
    method: Method,
    street: Street,
    people: People,
    sizes: Sizes,
    clock: Clock,
    records: list[Row],
) -> list[Row]:
    """Orders by time of placing, with ids; the records that answer them get their order's id."""
    orders: list[Row] = []
    joined = {v["id"]: v["joined_on"] for v in people.volunteers}
    for index in np.flatnonzero(rng.random(len(records)) < ORDERED).tolist():
        record = records[index]
        fresh = clock.local_day(record["started_at"]) - joined[record["volunteer_id"]]
        if record["reverses_id"] is None and record["status"] != "returned" and fresh.days > 3:
            order = _served(rng, record, clock)
            if order["placed_at"] >= clock.midnight(clock.first_day):
                order["record"] = record
                orders.append(order)
    orders += _unserved(rng, method, street, sizes, clock, people)
    orders.sort(key=itemgetter("placed_at"))
    number_of_day: dict[str, int] = {}
    for number, order in enumerate(orders, start=1):
        day = f"{clock.local_day(order['placed_at']):%Y%m%d}"
        number_of_day[day] = number_of_day.get(day, 0) + 1
        order |= {"id": number, "code": f"DD{day}-{number_of_day[day]:03d}"}
        record = order.pop("record", None)
        if record is not None:
            record["order_id"] = number
    for counter in (r for r in records if r["reverses_id"] is not None):
        # a counter-entry names the same order as the record it takes back
        counter["order_id"] = records[counter["reverses_id"] - 1]["order_id"]
    return orders


def _served(rng: Generator, record: Row, clock: Clock) -> Row:
    accepted, dispatched, placed = rng.lognormal((3.6, 2.9, 2.6), (1.1, 0.8, 0.9)).tolist()
    arrival = float(rng.uniform(4, 40))
    served_at = record["started_at"] + timedelta(minutes=record["minutes"])
    accepted_at = record["started_at"] - timedelta(minutes=int(arrival + accepted))
    dispatched_at = accepted_at - timedelta(minutes=int(2 + dispatched))
    placed_at = dispatched_at - timedelta(minutes=int(1 + placed))
    rated_at = served_at + timedelta(minutes=int(20 + rng.exponential(900)))
    rated = rng.random() < RATED and rated_at < clock.now
    return _row(record["unit_id"], record["activity"], placed_at, record["recorded_by"]) | {
        "dispatched_at": dispatched_at,
        "accepted_at": accepted_at,
        "served_at": served_at,
        "rated_at": rated_at if rated else None,
        "rating": int(rng.choice((2, 3, 4, 5), p=(0.01, 0.04, 0.25, 0.7))) if rated else None,
        "volunteer_id": record["volunteer_id"],
    }


def _row(unit_id: int, activity: str, placed_at: datetime, by: str) -> Row:
    title = next((text for word, text in TITLES.items() if word in activity), f"需要{activity}服务")
    return {
        "unit_id": unit_id,
        "activity": activity,
        "title": title,
        "placed_at": placed_at,
        "dispatched_at": None,
        "accepted_at": None,
        "served_at": None,
        "rated_at": None,
        "rating": None,
        "volunteer_id": None,
        "recorded_at": placed_at,
        "recorded_by": by,
    }


def _unserved(
    rng: Generator, method: Method, street: Street, sizes: Sizes, clock: Clock, people: People
) -> list[Row]:
    """Orders that nobody dispatched, accepted or served, and those of today under way."""
    count = sizes.idle_orders
    weights = day_weights(clock, 0.9, lambda _month: 1.0)
    placed = clock.times(draw_minutes(rng, clock, count, weights, BUSY_HOURS))
    reached = rng.choice(3, count, p=STAGES_LOST).tolist()
    waits = rng.uniform(3, 90, (count, 2)).tolist()
    homes = rng.integers(0, len(street.spots), count).tolist()
    activities = method.volunteering.activities
    present = [i for i, v in enumerate(people.volunteers) if v["left_on"] is None]
    rows = []
    for index, at in enumerate(placed):
        spot = street.spots[homes[index]]
        activity = activities[int(rng.integers(len(activities)))]
        row = _row(spot.unit_id, activity, at, people.workers[spot.grid])
        dispatched_at = at + timedelta(minutes=int(waits[index][0]))
        accepted_at = dispatched_at + timedelta(minutes=int(waits[index][1]))
        volunteer = people.volunteers[present[int(rng.integers(len(present)))]]
        if reached[index] >= 1 and dispatched_at < clock.now:
            row["dispatched_at"] = dispatched_at
            there = volunteer["joined_on"] <= clock.local_day(at)
            if reached[index] >= 2 and accepted_at < clock.now and there:
                row |= {"accepted_at": accepted_at, "volunteer_id": volunteer["id"]}
        rows.append(row)
    return rows
