"""A local provider of OpenID Connect that signs real tokens, for people whom the tests make up."""

import json
import logging
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import oidc_provider_mock
from oidc_provider_mock import User

COOKIE_SECRET = "geheim-van-de-koekjes-0123456789abcdef"

PEOPLE: dict[str, dict[str, Any]] = {
    "beheerder": {"email": "Beheerder@voorbeeld.nl", "email_verified": True, "name": "Bea Beheer"},
    "redacteur": {"email": "redacteur@voorbeeld.nl", "email_verified": True, "name": "Rik Redactie"},
    "lezer": {"email": "lezer@voorbeeld.nl", "email_verified": True, "name": "Lia Lezer"},
    "onbekende": {"email": "iemand@elders.nl", "email_verified": True, "name": "Ada <b>Anders</b>"},
    # Says to be the admin, and cannot show it.
    "bedrieger": {"email": "beheerder@voorbeeld.nl", "email_verified": False, "name": "Bea Beheer"},
    "zonder-adres": {"name": "Piet"},
}
ROLES = {
    "beheerder@voorbeeld.nl": "admin",
    "Redacteur@Voorbeeld.nl": "editor",
    "lezer@voorbeeld.nl": "viewer",
}


@dataclass(frozen=True)
class Provider:
    """A running provider and the client that is registered there."""

    issuer: str
    client_id: str
    client_secret: str

    def secrets(self, app: str, roles: dict[str, str]) -> str:
        """Secrets, as TOML, for an app at that address; a key ``|SUBJECT`` gets the issuer before it."""
        lines = [
            "[auth]",
            f'redirect_uri = "{app}/oauth2callback"',
            f'cookie_secret = "{COOKIE_SECRET}"',
            f'client_id = "{self.client_id}"',
            f'client_secret = "{self.client_secret}"',
            f'server_metadata_url = "{self.issuer}/.well-known/openid-configuration"',
            "[roles]",
        ]
        named = {self.issuer + key if key.startswith("|") else key: role for key, role in roles.items()}
        return "\n".join([*lines, *(f'{json.dumps(key)} = "{role}"' for key, role in named.items()), ""])

    def write(self, file: Path, app: str, roles: dict[str, str]) -> None:
        """Put the secrets in a file, at once."""
        beside = file.with_suffix(".new")
        beside.write_text(self.secrets(app, roles), encoding="utf-8")
        beside.replace(file)


@contextmanager
def serve(app: str) -> Iterator[Provider]:
    """A provider on a free port at which an app at the address ``app`` is registered; then it stops."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    people = [User(sub=subject, claims=claims) for subject, claims in PEOPLE.items()]
    running = oidc_provider_mock.run_server_in_thread(
        require_client_registration=True,
        require_nonce=True,
        access_token_max_age=timedelta(hours=1),
        user_claims=people,
    )
    with running as server:
        issuer = f"http://localhost:{server.server_port}"
        body = {"redirect_uris": [f"{app}/oauth2callback"]}
        question = urllib.request.Request(
            f"{issuer}/oauth2/clients",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(question, timeout=10) as answer:
            client = json.load(answer)
        yield Provider(issuer, client["client_id"], client["client_secret"])
