"""The pages of logging in, as plain HTML: they work on any phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from components import access_texts as a
from components import texts as t
from components.markup import escape
from components.web import asset


@dataclass(frozen=True)
class Field:
    """One input of a form; ``kind`` as in HTML's autocomplete for what it holds."""

    name: str
    label: str
    kind: str
    secret: bool = False
    hint: str = ""
    longest: int = 128
    first: bool = False


LOGIN_FIELDS = (
    Field("login", a.LOGIN_NAME, "username", longest=60, first=True),
    Field("password", a.PASSWORD, "current-password", secret=True),
)
CHANGE_FIELDS = (
    Field("old", a.CHANGE_OLD, "current-password", secret=True, first=True),
    Field("new", a.CHANGE_NEW, "new-password", secret=True, hint=a.CHANGE_RULE),
    Field("again", a.CHANGE_AGAIN, "new-password", secret=True),
)
FIRST_FIELDS = (
    Field("code", a.FIRST_CODE, "one-time-code", hint=a.FIRST_CODE_HINT, longest=40, first=True),
    Field("login", a.LOGIN_NAME, "username", hint=a.FIRST_LOGIN_HINT, longest=60),
    Field("name", a.FIRST_NAME, "name", longest=60),
    Field("new", a.FIRST_PASSWORD, "new-password", secret=True, hint=a.CHANGE_RULE),
    Field("again", a.FIRST_AGAIN, "new-password", secret=True),
)


def login_page(
    next_page: str,
    *,
    held: Mapping[str, str] | None = None,
    error: str = "",
    provider: str = "",
    demo: Iterable[tuple[str, str, str]] = (),
    public: bool = False,
) -> str:
    """The form; ``demo`` are (login, name, role and place) to enter with one tap.

    ``provider`` is the label of the identity provider's button, "" without one.
    """
    body = _form("/login", LOGIN_FIELDS, a.LOGIN_SUBMIT, next_page, held or {}, error)
    if provider:
        # a link, not a form: browsers do not let a form be redirected to another site
        away = escape(f"/login/oidc?{urlencode({'next': next_page})}")
        body += f'<a class="other" href="{away}">{escape(provider)}</a>'
    body += f'<p class="note">{a.LOGIN_HELP}</p>'
    body += _demo(demo, next_page)
    if public:
        body += f'<a class="quiet" href="/">{a.PUBLIC_BACK}</a>'
    return _page(a.LOGIN, body)


def password_page(next_page: str, *, forced: bool, login: str, error: str = "") -> str:
    """Change one's own password; ``forced`` at the first login."""
    # a hidden user name lets password managers file the new password under it
    name = (
        '<input type="text" name="username" autocomplete="username" hidden '
        f'value="{escape(login)}">'
    )
    note = f'<p class="note">{a.CHANGE_FIRST if forced else a.CHANGE_NOTE}</p>'
    form = _form("/password", CHANGE_FIELDS, a.CHANGE, next_page, {}, error, extra=name)
    if forced:
        foot = f'<form method="post" action="/logout"><button class="quiet">{a.LOGOUT}</button>'
        foot += "</form>"
    else:
        foot = f'<a class="quiet" href="{escape(next_page)}">{a.BACK}</a>'
    return _page(a.CHANGE, note + form + foot)


def first_page(*, held: Mapping[str, str] | None = None, error: str = "") -> str:
    """The first administrator, by the code on the server's console."""
    note = f'<p class="note">{a.FIRST_NOTE}</p>'
    form = _form("/start", FIRST_FIELDS, a.FIRST_SUBMIT, "/", held or {}, error)
    return _page(a.FIRST, note + form)


def message_page(title: str, text: str, link: str, label: str) -> str:
    """One sentence and one way on."""
    said = f'<p class="error" role="alert">{escape(text)}</p>'
    return _page(title, f'{said}<a class="other" href="{escape(link)}">{escape(label)}</a>')


def _form(
    action: str,
    fields: Iterable[Field],
    button: str,
    next_page: str,
    held: Mapping[str, str],
    error: str,
    extra: str = "",
) -> str:
    said = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    inputs = "".join(_input(field, held.get(field.name, "")) for field in fields)
    return (
        f'{said}<form method="post" action="{action}">{extra}{_hidden(next_page)}{inputs}'
        f'<button class="main">{button}</button></form>'
    )


def _input(field: Field, held: str) -> str:
    kept = "" if field.secret else f' value="{escape(held)}"'
    hint = f"<small>{escape(field.hint)}</small>" if field.hint else ""
    focus = " autofocus" if field.first else ""
    return (
        f"<label><span>{escape(field.label)}</span>"
        f'<input type="{"password" if field.secret else "text"}" name="{field.name}" '
        f'autocomplete="{field.kind}" autocapitalize="none" spellcheck="false" required '
        f'maxlength="{field.longest}"{kept}{focus}>{hint}</label>'
    )


def _hidden(next_page: str) -> str:
    return f'<input type="hidden" name="next" value="{escape(next_page)}">'


def _demo(demo: Iterable[tuple[str, str, str]], next_page: str) -> str:
    buttons = "".join(
        f'<button name="login" value="{escape(login)}"><b>{escape(name)}</b>'
        f"<span>{escape(place)}</span></button>"
        for login, name, place in demo
    )
    if not buttons:
        return ""
    return (
        f'<section class="demo"><h2>{a.DEMO_TITLE}</h2><p class="note">{a.DEMO_NOTE}</p>'
        f'<form method="post" action="/login/demo">{_hidden(next_page)}{buttons}</form></section>'
    )


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · {t.APP}</title>"
        f'<link rel="icon" href="{asset("favicon.svg")}">'
        f'<link rel="stylesheet" href="{asset("login.css")}"></head>'
        f"<body><header><b>{t.APP}</b><span>{t.BRAND}</span></header>"
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
