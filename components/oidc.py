"""Talking with the office's identity provider: OpenID Connect, code flow with PKCE.

Nothing is kept and nothing is asked ahead: each login reads the provider's metadata and
keys afresh, so a key that it has withdrawn counts no more.  Its libraries are imported at
the first login, so that whoever has no provider never loads them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken

from components import access_texts as a
from data.settings import setting

log = logging.getLogger(__name__)

CONNECT, READ = 2.0, 3.0  # seconds for each request: people are waiting before the page
LEEWAY = 60  # seconds by which the provider's clock may differ from ours
KEPT = 600  # seconds for logging in at the provider
SCOPE = "openid profile email"
# signed with a key of the provider's own: never "none", never with a shared secret
ALGORITHMS = [kind + size for kind in ("RS", "PS", "ES") for size in ("256", "384", "512")]
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

# Seals what the browser keeps between leaving and coming back.  Made anew in every process
# and stored nowhere: a key made from a configured secret would let whoever holds a cookie
# guess at that secret, and all a restart costs is pressing the button again.
_seal = Fernet(Fernet.generate_key())


class ProviderError(Exception):
    """The provider is away or wrongly set up: nobody's fault here; ``message`` is for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Provider:
    """What the settings say about the provider; ``label`` is the button's text."""

    issuer: str
    client: str
    secret: str
    claim: str
    label: str


@dataclass(frozen=True)
class Flow:
    """One login on its way: what its return has to agree with, and where to go then."""

    state: str
    nonce: str
    verifier: str
    back: str
    next_page: str


def provider() -> Provider | None:
    """The provider as configured; None without one."""
    names = ("ISSUER", "CLIENT", "SECRET", "CLAIM", "NAME")
    found = Provider(*(setting(f"GRID_OIDC_{name}").strip() for name in names))
    return found if found.issuer and found.client else None


def sealed(flow: Flow) -> str:
    """``flow`` for the cookie: nobody but this process can read or alter it."""
    return _seal.encrypt(json.dumps(asdict(flow)).encode()).decode()


def unsealed(cookie: str) -> Flow | None:
    """The flow in the cookie; None when it is forged, too old or of another process."""
    try:
        return Flow(**json.loads(_seal.decrypt(cookie.encode(), ttl=KEPT)))
    except InvalidToken:
        return None


def begin(at: Provider, back: str, next_page: str) -> tuple[str, Flow]:
    """The provider's address to send the browser to, and what its return must agree with."""
    from authlib.common.security import generate_token

    flow = Flow(generate_token(43), generate_token(43), generate_token(64), back, next_page)
    with _asking(at) as client:
        place = _metadata(client, at)["authorization_endpoint"]
        address, _ = client.create_authorization_url(
            place,
            state=flow.state,
            nonce=flow.nonce,
            code_verifier=flow.verifier,
            redirect_uri=back,
        )
    return str(address), flow


def prove(at: Provider, flow: Flow, code: str) -> str:
    """The account name the provider vouches for; "" when its answer proves nobody."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    try:
        with _asking(at) as client:
            claims = _claims(client, at, flow, code)
    except (AuthlibBaseError, JoseError) as error:
        log.warning("the identity provider's answer was refused: %s", _kind(error))
        return ""
    name = claims.get(at.claim)
    if not isinstance(name, str) or not name:
        log.warning("the identity token has no %s", at.claim)
        raise ProviderError(a.OIDC_NO_CLAIM)
    # an address that nobody has confirmed belongs to whoever typed it
    return "" if at.claim == "email" and claims.get("email_verified") is False else name


def _claims(client: Any, at: Provider, flow: Flow, code: str) -> dict[str, Any]:
    """What the ID token says, once signature, issuer, audience, nonce and times are right."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    metadata = _metadata(client, at)
    # a secret goes into the head unless the provider only takes it in the form
    ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if at.secret and "client_secret_basic" not in ways:
        client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 (a way, no secret)
    token = client.fetch_token(
        metadata["token_endpoint"],
        grant_type="authorization_code",
        code=code,
        redirect_uri=flow.back,
        code_verifier=flow.verifier,
    )
    keys = KeySet.import_key_set(_json(client, metadata["jwks_uri"]))
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    read = jwt.decode(str(token.get("id_token", "")), keys, registry=registry)
    wanted = {"iss": metadata["issuer"], "aud": at.client}
    options = {name: {"essential": True, "value": value} for name, value in wanted.items()}
    params = {"nonce": flow.nonce, "client_id": at.client}
    params |= {"access_token": token.get("access_token", "")}
    checked = CodeIDToken(read.claims, read.header, options, params)
    checked.validate(leeway=LEEWAY)
    return dict(checked)


def _metadata(client: Any, at: Provider) -> dict[str, Any]:
    """What the provider says about itself, if it is the one that is configured."""
    issuer = at.issuer.rstrip("/")
    _need_safe(issuer)
    found: dict[str, Any] = _json(client, f"{issuer}/.well-known/openid-configuration")
    if str(found["issuer"]).rstrip("/") != issuer:
        raise ValueError("the metadata are another issuer's")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _need_safe(found[name])
    return found


def _need_safe(address: str) -> None:
    """Keys and secrets go over https, or stay on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("an address of the provider is not https")


def _json(client: Any, address: str) -> Any:
    answer = client.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    return answer.json()


@contextmanager
def _asking(at: Provider) -> Iterator[Any]:
    """A client for one login; what goes wrong on the way is told in words for people."""
    import httpx2
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.httpx_client import OAuth2Client

    timeout = httpx2.Timeout(READ, connect=CONNECT)
    options = {"scope": SCOPE, "code_challenge_method": "S256", "timeout": timeout}
    try:
        with OAuth2Client(at.client, at.secret or None, **options) as client:
            yield client
    except httpx2.HTTPError as error:
        log.warning("the identity provider did not answer: %s", _kind(error))
        raise ProviderError(a.OIDC_DOWN) from error
    except OAuthError as error:
        if error.error not in ("invalid_client", "unauthorized_client"):
            raise
        log.error("the identity provider does not accept GRID_OIDC_CLIENT or GRID_OIDC_SECRET")
        raise ProviderError(a.OIDC_SET_UP) from error
    except (KeyError, TypeError, ValueError, httpx2.InvalidURL) as error:
        log.error("the identity provider is not set up as expected: %s", _kind(error))
        raise ProviderError(a.OIDC_SET_UP) from error


def _kind(error: Exception) -> str:
    """What went wrong, without what was sent or received."""
    told = getattr(error, "error", "") or (str(error) if type(error) is ValueError else "")
    return f"{type(error).__name__} {str(told)[:80]}".strip()
