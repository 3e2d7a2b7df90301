"""Doing it: the button, how far it is, stopping it, and what it came to."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from components import identity
from components import import_state as state
from components import import_texts as i
from components.downloads import XLSX
from components.forms.whole import whole
from components.import_preview import counts_line, notes_list
from components.import_state import KEY, Chosen, Task
from components.loaders import engines
from components.markup import escape, literal
from data.errors import RuleError
from data.importing import jobs
from data.importing.apply import ImportReport
from data.importing.jobs import Job
from data.importing.plan import Plan
from data.importing.report import refused_geojson, refused_workbook

TICK = 0.5  # seconds between two looks at a running import


def own_job() -> Job | None:
    """The import of this account that is running, or that ended last and was not put away."""
    return jobs.find(engines(), identity.actor("admin"))


def apply_button(task: Task, chosen: Chosen, plan: Plan) -> None:
    """Begins the import; a second press on the same preview is the same request."""
    if said := st.session_state.pop(f"{KEY}_said", ""):
        st.error(literal(said))
    count = plan.counts["new"] + plan.counts["changed"]
    if not count:
        st.html(f'<p class="section-note">{i.NONE_LEFT}</p>')
        return
    request_id, mapping = chosen.request_id, chosen.mapping

    @whole
    def begin() -> None:
        actor = identity.actor("admin")
        job = Job(request_id, engines(), *task.given, mapping, actor)
        try:
            jobs.start(job)
        except RuleError as error:
            st.session_state[f"{KEY}_said"] = i.NOT_DONE.format(error.message)

    running = own_job()
    st.button(
        i.APPLY.format(count),
        key=f"{KEY}_apply_{request_id}",
        type="primary",
        on_click=begin,
        disabled=bool(running and running.state == "running") or bool(plan.questions),
    )
    st.html(f'<p class="section-note">{i.APPLY_NOTE}</p>')


@st.fragment(run_every=TICK)
def watch(request_id: str) -> None:
    """How far the running import is; the page is drawn again once it has ended."""
    job = own_job()
    if job is None or job.request_id != request_id or job.state != "running":
        st.rerun()
        return
    said = i.CANCELLING if job.stopping else i.STEP.format(job.doing or i.WAITING, job.share)
    st.html(f"<p><b>{escape(i.STARTED.format(job.source.name))}</b></p>")
    st.progress(min(max(job.share, 0.0), 1.0), literal(said))
    st.button(i.CANCEL, key=f"{KEY}_cancel", on_click=job.cancel, disabled=job.stopping)


def outcome(job: Job) -> None:
    """What an ended import came to, until it is put away."""
    if job.report is not None:
        _report(job, job.report)
    else:
        words = job.trouble if job.state == "cancelled" else i.NOT_DONE.format(job.trouble)
        (st.info if job.state == "cancelled" else st.error)(literal(words))

    @whole
    def dismiss() -> None:
        jobs.dismiss(job)
        if job.report is not None:  # otherwise the same file is tried again
            state.next_file()

    st.button(i.DISMISS, key=f"{KEY}_dismiss", on_click=dismiss, type="primary")


def _report(job: Job, report: ImportReport) -> None:
    state.desk().done.add(job.source.sha256)
    number = i.DONE_NUMBER.format(report.batch_id) + "　" if report.batch_id else ""
    st.success(literal(f"{number}{report.message}"))
    counts_line(report.counts)
    if report.plan is None:
        return
    notes_list(report.plan.notes)
    if report.counts["refused"]:
        _refused(job, report.plan)


def _refused(job: Job, plan: Plan) -> None:
    """The rows that were left out, as files to put right and import again."""
    table, stem = job.source.tables[job.table_index], PurePath(job.source.name).stem
    with st.container(key=f"{KEY}_refused", horizontal=True, vertical_alignment="center"):
        st.download_button(
            i.REFUSED_XLSX,
            data=lambda: refused_workbook(job.kind, table, plan),
            file_name=i.REFUSED_XLSX_FILE.format(stem),
            mime=XLSX,
            key=f"{KEY}_refused_xlsx",
            on_click="ignore",
        )
        if table.geometries is not None:
            st.download_button(
                i.REFUSED_GEOJSON,
                data=lambda: refused_geojson(table, plan).encode(),
                file_name=i.REFUSED_GEOJSON_FILE.format(stem),
                mime="application/geo+json",
                key=f"{KEY}_refused_geojson",
                on_click="ignore",
            )
        st.html(f'<p class="section-note">{i.REFUSED_NOTE}</p>')
