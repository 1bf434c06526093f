"""Default name of an event's source, where nobody named one."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

_LIMIT = 64
_PLAIN = re.compile(r"[a-z0-9._:-]+")


@lru_cache(maxsize=64)
def default_source(kind: str, route: str) -> str:
    """``<kind>:<route>`` within the limits of a source; a route that does not fit gets a digest to stay distinct."""
    source = f"{kind}:{route}"
    if _PLAIN.fullmatch(source) and len(source) <= _LIMIT:
        return source
    digest = hashlib.sha256(route.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{re.sub(r'[^a-z0-9._:-]+', '-', source.lower())[: _LIMIT - 9]}-{digest}"
