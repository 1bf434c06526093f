"""A token endpoint of our own: it rotates refresh tokens as strictly as may be, and answers otherwise when told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

PENDING = (400, {"error": "authorization_pending"})
REVOKED = (400, {"error": "invalid_grant", "error_description": "the token hush-hush was revoked"})


@dataclass
class TokenEndpoint:
    """``forms`` are the questions, ``script`` the next answers; then it grants, to the newest refresh token only."""

    url: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    script: list[tuple[Any, ...]] = field(default_factory=list)
    lifetime: Any = 3600
    newest: str = "refresh-0"
    slow: float = 0.0
    _lock: Any = field(default_factory=threading.Lock)

    @property
    def device_url(self) -> str:
        return f"{self.url}/device"

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes, Mapping[str, str]]:
        time.sleep(self.slow)
        with self._lock:
            self.forms.append(form)
            status, body, *headers = self.script.pop(0) if self.script else self._granted(path, form)
        encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
        return status, encoded, headers[0] if headers else {}

    def _granted(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        if path == "/device":
            told = {"device_code": "dev-1", "user_code": "WDJB-MJHT", "verification_uri": f"{self.url}/go"}
            return 200, {**told, "expires_in": 600, "interval": 1}
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.newest:
            return REVOKED
        number = len(self.forms)
        found = {"access_token": f"access-{number}", "token_type": "Bearer", "expires_in": self.lifetime}
        if form["grant_type"] in {"client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"}:
            return 200, found
        self.newest = f"refresh-{number}"
        return 200, {**found, "refresh_token": self.newest}


@contextmanager
def token_endpoint() -> Iterator[TokenEndpoint]:
    """One on a free port of this machine, in threads."""
    endpoint = TokenEndpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            status, body, headers = endpoint.answer(self.path, dict(parse_qsl(raw.decode())))
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(0.05), daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
