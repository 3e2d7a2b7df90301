"""The routes that a login needs: the session's cookie is set here alone.

Work on the database and on passwords runs in threads of its own, so that neither the
pages of others nor the sending of files waits for it.  What is typed is never logged.
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from components import access_texts as a
from components import login_pages, oidc
from components.identity import COOKIE
from components.login_pages import login_page, message_page, password_page
from components.web_requests import Asked, go, html, route
from data.access import displays_are_public
from data.access_table import ROLES
from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.queries.accounts import fetch_demo_accounts, has_accounts
from data.sessions import Me, me, resolve_session
from data.writes.accounts_admin import create_first_account
from data.writes.sessions import (
    Opened,
    Throttled,
    change_password,
    close_session,
    open_demo_session,
    open_session,
)


def routes() -> list[Route]:
    """Logging in and out, by password and by demo account, and changing one's password."""
    return [
        route("/login", show_login, log_in),
        route("/login/demo", None, log_in_demo),
        route("/logout", None, log_out),
        route("/password", show_password, set_password),
        route("/start", show_first, make_first),
    ]


def show_login(asked: Asked, engines: Engines) -> Response:
    """The form; whoever is logged in goes straight on."""
    found, account = who(asked, engines)
    if found and account:
        return go("/password" if account.must_change_password else asked.next_page)
    return login_form(asked, engines)


def log_in(asked: Asked, engines: Engines) -> Response:
    """Name and password."""
    typed = {"login": asked.form.get("login", ""), "password": asked.form.get("password", "")}
    try:
        opened = open_session(
            engines, **typed, user_agent=asked.user_agent, actor=asked.visitor, at=asked.at
        )
    except Throttled as slow:
        return too_early(asked, engines, slow)
    except RuleError as error:
        return login_form(asked, engines, error.message, 401)
    end_old(asked, engines)
    return enter(opened, asked)


def log_in_demo(asked: Asked, engines: Engines) -> Response:
    """One tap, in the sample only."""
    who: dict[str, Any] = {"login": asked.form.get("login", ""), "actor": asked.visitor}
    try:
        opened = open_demo_session(engines, **who, user_agent=asked.user_agent, at=asked.at)
    except RuleError as error:
        return login_form(asked, engines, error.message, 403)
    end_old(asked, engines)
    return enter(opened, asked)


def log_out(asked: Asked, engines: Engines) -> Response:
    """End this session, wherever its cookie has got to."""
    end_old(asked, engines)
    with engines.read() as connection:
        public = displays_are_public(connection)
    answer = go("/" if public else "/login")
    answer.delete_cookie(COOKIE, path="/", secure=asked.secure, httponly=True, samesite="lax")
    return answer


def show_password(asked: Asked, engines: Engines) -> Response:
    """The form to change one's own password."""
    found, account = who(asked, engines)
    if not found or not account:
        return go("/login")
    if account.is_demo:
        return html(message_page(a.CHANGE, a.CHANGE_DEMO, "/", a.BACK))
    return _password_form(asked, account)


def set_password(asked: Asked, engines: Engines) -> Response:
    """Change it: all other sessions of the account end, this browser gets a new one."""
    found, account = who(asked, engines)
    if not found or not account:
        return go("/login")
    old, new = asked.form.get("old", ""), asked.form.get("new", "")
    if new != asked.form.get("again", ""):
        return _password_form(asked, account, a.CHANGE_DIFFERS)
    try:
        opened = change_password(
            engines, old=old, new=new, user_agent=asked.user_agent, actor=found, at=asked.at
        )
    except Throttled as slow:
        return _password_form(asked, account, f"{slow.message}（{a.WAIT.format(slow.seconds)}）")
    except RuleError as error:
        return _password_form(asked, account, error.message)
    return enter(opened, asked)


def show_first(asked: Asked, engines: Engines) -> Response:
    """The form for the first administrator; there is none once there is an account."""
    with engines.read() as connection:
        late = has_accounts(connection)
    return go("/login") if late else html(login_pages.first_page())


def make_first(asked: Asked, engines: Engines) -> Response:
    """Make the first administrator and log him in."""
    form = asked.form
    login, password = form.get("login", ""), form.get("new", "")
    try:
        if password != form.get("again", ""):
            raise RuleError(a.CHANGE_DIFFERS)
        create_first_account(
            engines,
            code=form.get("code", ""),
            login=login,
            display_name=form.get("name", ""),
            password=password,
            actor=asked.visitor,
            at=asked.at,
        )
    except RuleError as error:
        return html(login_pages.first_page(held=form, error=error.message), 422)
    return log_in(_with(asked, login=login, password=password), engines)


def _with(asked: Asked, **form: str) -> Asked:
    return Asked(**{**asked.__dict__, "form": form})


def who(asked: Asked, engines: Engines) -> tuple[Actor | None, Me | None]:
    """Whose session this browser has, if any."""
    if not asked.token:
        return None, None
    found = resolve_session(engines, asked.token, at=asked.at, address=asked.address)
    if found is None:
        return None, None
    with engines.read() as connection:
        return found, me(connection, found)


def end_old(asked: Asked, engines: Engines) -> None:
    """The session this browser had: it must not outlive a logout or another login."""
    found, _ = who(asked, engines)
    if found:
        close_session(engines, actor=found, at=asked.at)


def too_early(asked: Asked, engines: Engines, slow: Throttled) -> Response:
    """The form again, with how long to wait."""
    said = f"{slow.message}（{a.WAIT.format(slow.seconds)}）"
    return login_form(asked, engines, said, 429, {"retry-after": str(slow.seconds)})


def login_form(
    asked: Asked,
    engines: Engines,
    error: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """The page of logging in, with whatever there is to be told."""
    with engines.read() as connection:
        demo = fetch_demo_accounts(connection)
        public = displays_are_public(connection)
        nobody = not has_accounts(connection)
    if nobody:
        return go("/start")
    offers = [(r.login, r.display_name, _place(r.role, r.unit_name)) for r in demo.itertuples()]
    provider = oidc.provider()
    page = login_page(
        asked.next_page,
        held=asked.form,
        error=error,
        provider=provider.label if provider else "",
        demo=offers,
        public=public,
    )
    return html(page, status, headers)


def _place(role: str, unit_name: object) -> str:
    return a.DEMO_PLACE.format(ROLES[role], unit_name if isinstance(unit_name, str) else a.WHOLE)


def _password_form(asked: Asked, account: Me, error: str = "") -> Response:
    forced = account.must_change_password
    page = password_page(asked.next_page, forced=forced, login=account.login, error=error)
    return html(page, 422 if error else 200)


def enter(opened: Opened, asked: Asked) -> Response:
    """On to the page that was asked for, with the session's cookie."""
    answer = go("/password" if opened.must_change_password else asked.next_page)
    answer.set_cookie(
        COOKIE,
        opened.token,
        max_age=int((opened.expires_at - asked.at).total_seconds()),
        path="/",
        secure=asked.secure,
        httponly=True,
        samesite="lax",
    )
    return answer
