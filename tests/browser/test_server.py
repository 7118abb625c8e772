"""The server itself, before any page."""

import urllib.request


def test_the_health_endpoint_answers(app: str) -> None:
    with urllib.request.urlopen(f"{app}/_stcore/health", timeout=10) as answer:
        assert answer.status == 200
        assert answer.read() == b"ok"
