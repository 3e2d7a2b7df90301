"""How each action is attempted in a unit: what would succeed for whoever may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from data.access import require
from data.exporting import kinds
from data.identity import Actor
from data.importing.apply import apply_import
from data.importing.kinds import KINDS
from data.importing.mapping import guess_mapping
from data.importing.undo import undo_import
from data.method.loading import load_preset
from data.queries import accounts as lists
from data.queries import personal
from data.scope import Scope
from data.writes import (
    accounts_admin,
    activities,
    appeals,
    approvals,
    calendar,
    checkup_parts,
    checkups,
    corrections,
    displays,
    drafts,
    indicators,
    methods,
    points,
    service,
    sessions,
    time_bank,
    units,
    visits,
    withdrawals,
)
from tests.data.access.attempting import ATTEMPTS, asked, attempt, of
from tests.data.access.ground import Ground, Place, buildings_of
from tests.data.writes.world import NOW, TODAY

WHY = {"reason": "记错了"}


def _board(ground: Ground, place: Place, actor: Actor) -> Any:
    with ground.world.engines.read() as connection:
        return require(connection, actor, "view_board", place.path, at=NOW)


ATTEMPTS["view_board"] = _board

APPEAL = {"category_key": "facilities", "channel": "网格员上报", "title": "灯", "content": ""}
attempt(
    "record_appeal",
    appeals.record_appeal,
    lambda _, p: APPEAL | {"unit_id": p.unit_id, "received_at": NOW},
)
SIGNED = {"kind": "advance", "state": "signed", "happened_at": NOW}
attempt("record_appeal_step", appeals.record_appeal_step, of("appeal_id", "appeal", **SIGNED))
LATER = {"kind": "extend", "reply": "等配件", "new_due_at": NOW + timedelta(days=30)}
attempt(
    "direct_appeal",
    appeals.record_appeal_step,
    of("appeal_id", "appeal", happened_at=NOW, **LATER),
)
attempt("record_visit", visits.record_visit, lambda _, p: {"unit_id": p.unit_id, "visited_at": NOW})
POINTS = {"rule_key": "study", "points": None, "happened_on": TODAY, "note": ""}
attempt("record_points", points.record_points, lambda _, p: POINTS | {"member_ids": p.members})
attempt(
    "record_service",
    service.record_service,
    lambda g, p: {
        "unit_id": p.unit_id,
        "volunteer_ids": p.volunteers,
        "activity": g.world.method.volunteering.activities[0],
        "started_at": NOW - timedelta(hours=3),
        "minutes": 60,
        "note": "",
        "certified_by": "书记",
    },
)
attempt(
    "record_activity",
    activities.record_activity,
    lambda _, p: {
        "unit_id": p.unit_id,
        "kind_key": "lecture",
        "title": "又一课",
        "started_at": NOW,
    },
)
attempt(
    "record_activity_signin",
    activities.record_activity_signin,
    lambda _, p: {
        "activity_id": p.ids["activity"],
        "member_ids": p.members[1:],
        "signed_at": NOW,
    },
)
attempt(
    "record_indicator",
    indicators.record_indicator,
    lambda _, p: {
        "unit_id": p.unit_id,
        "indicator_key": "hazards",
        "period": "2026-10",
        "value": 1,
    },
)
PART = {"quarter": "2026Q3", "part": "democratic", "score": 80, "checked_on": TODAY}
attempt(
    "record_checkup_part",
    checkup_parts.record_checkup_part,
    lambda _, p: PART | {"member_id": p.members[0]},
)
SCORES = {"self_score": 80, "democratic_score": 80, "organisation_score": 80}
attempt(
    "record_checkup",
    checkups.record_checkup,
    lambda _, p: SCORES | {"member_id": p.members[1], "quarter": "2026Q3", "checked_on": TODAY},
)
attempt("save_draft", drafts.save_draft, lambda *_: {"form": "visit", "content": {"a": 1}})
attempt("clear_draft", drafts.clear_draft, lambda *_: {"form": "visit"})
attempt("reverse_points", points.reverse_points, of("entry_id", "points", **WHY))
attempt("reverse_service", service.reverse_service, of("record_id", "service", **WHY))
attempt("reverse_visit", corrections.reverse_visit, of("visit_id", "visit", **WHY))
attempt("reverse_indicator", corrections.reverse_indicator, of("report_id", "report", **WHY))
attempt("reverse_signin", corrections.reverse_signin, of("signin_id", "signin", **WHY))
attempt("reverse_checkup_part", corrections.reverse_checkup_part, of("part_id", "part", **WHY))
attempt("reverse_spend", corrections.reverse_spend, of("transfer_id", "spend", **WHY))
attempt("withdraw_appeal", withdrawals.withdraw_appeal, of("appeal_id", "fresh", **WHY))
attempt(
    "withdraw_entries",
    withdrawals.withdraw_entries,
    lambda _, p: WHY | {"subject": "points_entry", "subject_ids": [p.ids["pending_points"]]},
)
attempt(
    "record_decisions",
    approvals.record_decisions,
    lambda _, p: {
        "subject": "service_record",
        "subject_ids": [p.ids["pending_service"]],
        "verdict": "approved",
    },
)
attempt(
    "spend_points",
    time_bank.spend_points,
    lambda _, p: {"volunteer_id": p.volunteers[0], "goods_key": "towel"},
)
attempt(
    "give_points",
    time_bank.give_points,
    lambda _, p: {
        "from_volunteer_id": p.volunteers[0],
        "to_volunteer_id": p.volunteers[1],
        "points": 1,
    },
)
METHOD = load_preset("demo_street")
attempt(
    "set_up_street",
    units.set_up_street,
    lambda *_: {
        "method": METHOD,
        "starts_on": TODAY,
        "street_name": "另一条街",
        "communities": [("社区", ["网格"])],
    },
)
attempt(
    "create_units",
    units.create_units,
    lambda g, p: {
        "parent_id": g.world.units["community"],
        "level": "grid",
        "names": [f"新网格{p.unit_id}"],
    },
)
attempt("adopt_method", methods.adopt_method, lambda *_: {"method": METHOD, "starts_on": TODAY})
DAY = date(2026, 11, 23)
attempt("set_calendar_days", calendar.set_calendar_days, lambda *_: {"days": {DAY: (False, "")}})
attempt("seed_calendar", calendar.seed_calendar, lambda *_: {"first_year": 2024, "last_year": 2024})
attempt("set_public_display", displays.set_public_display, lambda *_: {"public": True})
attempt(
    "create_display_key",
    displays.create_display_key,
    lambda _, p: {"name": "大厅", "unit_id": p.unit_id},
)
attempt("revoke_display_key", displays.revoke_display_key, lambda *_: {"key_id": 1})
attempt(
    "create_account",
    accounts_admin.create_account,
    lambda _, p: {
        "login": "new",
        "display_name": "新人",
        "grants": [("worker", p.unit_id)],
    },
)
OTHER = "leader"
attempt(
    "reset_password",
    accounts_admin.reset_password,
    lambda g, _: {"account_id": g.accounts[OTHER]},
)
attempt(
    "disable_account",
    accounts_admin.disable_account,
    lambda g, _: {"account_id": g.accounts[OTHER]},
)
attempt(
    "enable_account",
    accounts_admin.enable_account,
    lambda g, _: {"account_id": g.accounts["disabled"]},
)
attempt(
    "grant_role",
    accounts_admin.grant_role,
    lambda g, p: {
        "account_id": g.accounts["nobody"],
        "role": "worker",
        "unit_id": p.unit_id,
    },
)
attempt("revoke_role", accounts_admin.revoke_role, lambda *_: {"grant_id": 2})
attempt(
    "revoke_session",
    sessions.revoke_session,
    lambda g, _: {"session_id": g.actors[OTHER].session_id},
)
attempt("close_other_sessions", sessions.close_other_sessions, lambda *_: {})
for one in ("fetch_accounts", "fetch_sessions", "fetch_display_keys", "fetch_audit"):
    asked(one, getattr(lists, one))
attempt(
    "fetch_account_phone",
    personal.fetch_account_phone,
    lambda g, _: {"account_id": g.accounts[OTHER]},
)
attempt("fetch_member_file", personal.fetch_member_file, lambda _, p: {"member_id": p.members[0]})
for one in ("fetch_member_names", "fetch_volunteer_names", "fetch_pending_names"):
    attempt(one, getattr(personal, one), lambda _, p: {"path": p.path})
attempt("fetch_post_names", personal.fetch_post_names, lambda _, p: {"unit_id": p.unit_id})
for one in ("fetch_named_rows", "export_named_rows"):
    attempt(
        one,
        getattr(personal, one),
        lambda _, p: {
            "metric_key": "hours_per_volunteer",
            "scope": Scope(p.path, NOW - timedelta(days=30), NOW, NOW),
        },
    )


def _import(ground: Ground, place: Place, actor: Actor) -> Any:
    source = buildings_of(ground.world.engines, place, f"新{place.unit_id}")
    mapping = guess_mapping(KINDS["buildings"], source.tables[0].header)
    given = (ground.world.engines, KINDS["buildings"], source, 0, mapping)
    return apply_import(*given, actor=actor, at=NOW)


ATTEMPTS["apply_import"] = _import
attempt("undo_import", undo_import, of("import_id", "import", **WHY))

attempt("export_kind", kinds.export_kind, lambda _, p: {"kind": "members", "path": p.path})

# What cannot be attempted by an actor alone, with the test that looks at it.
ELSEWHERE = {
    "create_first_account": "tests/data/writes/test_accounts_admin.py",
    "open_session": "tests/data/writes/test_sessions.py",
    "open_demo_session": "tests/data/writes/test_sessions.py",
    "open_oidc_session": "tests/data/writes/test_oidc_sessions.py",
    "close_session": "tests/data/writes/test_sessions.py",
    "change_password": "tests/data/writes/test_sessions.py",
    "make_backup": "tests/data/keeping/test_schedule.py",
    "restore_database": "tests/data/keeping/test_restore.py",
}
NEVER = {"set_up_street"}  # let in, but there are units already: refused by a rule
