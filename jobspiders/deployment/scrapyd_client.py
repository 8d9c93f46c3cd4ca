"""Calls to Scrapyd's HTTP API; what can go wrong is one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from jobspiders.deployment.passwords import Account


class ScrapydError(Exception):
    """Scrapyd did not do what was asked; the message is one line."""


class ScrapydClient:
    """Scrapyd at ``url``. Methods raise ScrapydError."""

    def __init__(self, url: str, account: Account) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        # proxies and .netrc of the user's are not for this
        self._session.trust_env = False
        self._session.auth = (account.username, account.password)

    def get(self, service: str, **fields: str) -> dict[str, Any]:
        """What a service answers."""
        return self._call("GET", service, params=fields)

    def post(
        self,
        service: str,
        fields: Mapping[str, Any],
        files: Mapping[str, Any] | None = None,
        timeout: float = 30.0,
    ) -> dict[str, Any]:
        """What a service answers to a form."""
        return self._call("POST", service, data=fields, files=files, timeout=timeout)

    def _call(self, method: str, service: str, timeout: float = 30.0, **options: Any) -> dict[str, Any]:
        try:
            response = self._session.request(method, f"{self._url}/{service}", timeout=timeout, **options)
        except requests.ConnectionError:
            raise ScrapydError(f"Scrapyd does not answer at {self._url} (`scrapy up` starts it)") from None
        except requests.RequestException as error:
            raise ScrapydError(f"Scrapyd at {self._url}: {error}") from None
        if response.status_code == 401:
            raise ScrapydError(f"Scrapyd at {self._url} refuses this user name or password")
        try:
            answer: dict[str, Any] = response.json()
        except ValueError:
            raise ScrapydError(
                f"what answers at {self._url} is no Scrapyd (HTTP {response.status_code})"
            ) from None
        if answer.get("status") != "ok":
            raise ScrapydError(str(answer.get("message") or f"HTTP {response.status_code}"))
        return answer
