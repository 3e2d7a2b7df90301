"""A small identity provider on this machine: real HTTP, real keys, and mistakes on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "grid-dashboard", "a-secret-of-the-provider"
BUTTON = "同意登录"


@dataclass
class FakeProvider:
    """Vouches for ``user``; each of the other fields makes it do something wrong."""

    user: str = "li.na"
    claims: dict[str, Any] = field(default_factory=dict)  # said instead of the right ones
    dropped: tuple[str, ...] = ()  # claims that it does not say at all
    key: Any = None  # signs with this one, which it does not publish
    algorithm: str = "RS256"
    issuer: str = ""  # calls itself this
    late: float = 0.0  # seconds before it answers
    broken: bool = False  # answers every question with 500
    asks: bool = False  # shows a page with a button first
    methods: tuple[str, ...] = ("client_secret_basic", "client_secret_post")
    more: dict[str, Any] = field(default_factory=dict)  # of its metadata
    address: str = ""
    seen: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    own: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))

    def settings(self) -> dict[str, str]:
        """The environment of an app that trusts this provider."""
        return {
            "GRID_OIDC_ISSUER": self.address,
            "GRID_OIDC_CLIENT": CLIENT,
            "GRID_OIDC_SECRET": SECRET,
        }

    def metadata(self) -> dict[str, Any]:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
        names |= {"jwks_uri": "keys"}
        found: dict[str, Any] = {name: f"{self.address}/{at}" for name, at in names.items()}
        found |= {"issuer": self.issuer or self.address}
        return found | {"token_endpoint_auth_methods_supported": list(self.methods)} | self.more

    def new_code(self, asked: dict[str, str]) -> str:
        """Where the browser goes once its person has agreed."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], head: str) -> tuple[int, dict[str, Any]]:
        """The answer to a code: each is good once, for who asked and can prove it."""
        if not self._is_client(form, head):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (asked["code_challenge_method"], asked["code_challenge"]) != ("S256", proof):
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": "unused", "token_type": "Bearer", "expires_in": 60}
        return 200, answer | {"id_token": self._id_token(asked["nonce"])}

    def _is_client(self, form: dict[str, str], head: str) -> bool:
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        posted = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        in_head = "client_secret_basic" in self.methods and head == basic
        return in_head or ("client_secret_post" in self.methods and posted)

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "sub": "1", "nonce": nonce, "iat": now}
        said |= {"exp": now + 300, "preferred_username": self.user} | self.claims
        said = {name: value for name, value in said.items() if name not in self.dropped}
        key = self.key or self.own
        if self.algorithm == "none":
            parts = [json.dumps(part).encode() for part in ({"alg": "none", "kid": "one"}, said)]
            return ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in parts) + "."
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, said, key, algorithms=[self.algorithm])


def secret_key() -> OctKey:
    """The client's secret as a key to sign with: both sides know it, so it proves nothing."""
    return OctKey.import_key(SECRET)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, fake: FakeProvider, *arguments: Any) -> None:
        self.fake = fake
        super().__init__(*arguments)

    def do_GET(self) -> None:
        place, query = self._place()
        if place == "/.well-known/openid-configuration":
            self._json(200, self.fake.metadata())
        elif place == "/keys":
            self._json(200, {"keys": [self.fake.own.as_dict(private=False)]})
        elif place == "/authorize" and not self.fake.asks:
            self._go(self.fake.new_code(query))
        elif place == "/authorize":
            self._page(self.fake.new_code(query))

    def do_POST(self) -> None:
        self._place()
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = dict(parse_qsl(body))
        self._json(*self.fake.token(form, self.headers.get("authorization", "")))

    def _place(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        self.fake.seen.append(parts.path)
        time.sleep(self.fake.late)
        return parts.path, {name: found[0] for name, found in parse_qs(parts.query).items()}

    def _json(self, status: int, said: dict[str, Any]) -> None:
        self._send(500 if self.fake.broken else status, "application/json", json.dumps(said))

    def _page(self, to: str) -> None:
        link = f'<a href="{to.replace("&", "&amp;")}">{BUTTON}</a>'
        self._send(200, "text/html; charset=utf-8", f"<!DOCTYPE html><title>.</title>{link}")

    def _go(self, to: str) -> None:
        self.send_response(302)
        self.send_header("location", to)
        self.end_headers()

    def _send(self, status: int, kind: str, text: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.end_headers()
        try:
            self.wfile.write(text.encode())
        except (BrokenPipeError, ConnectionResetError):  # whoever asked did not wait
            return

    def log_message(self, *_said: Any) -> None:
        """Tests say enough."""


@contextmanager
def providing(**options: Any) -> Iterator[FakeProvider]:
    """A provider on a free port."""
    fake = FakeProvider(**options)
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: _Handler(fake, *given))
    server.daemon_threads = True
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    # it looks that often whether it is to end
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
