"""What schemathesis is told while it tries the front door: where an event may go, and which source there is.

Left to itself it would hardly ever name a route that its token may use, nor a source of the configuration.
"""

from __future__ import annotations

from typing import Any

import schemathesis

ROUTE, SOURCE = "sales", "open"


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Send what looks like an event to the token's own route."""
    event = body.get("data") if isinstance(body, dict) and "specversion" in body else body
    # A route that is wrong in itself is left as it is: the answer is to say so.
    if isinstance(event, dict) and isinstance(event.get("route"), str) and 0 < len(event["route"]) <= 255:
        event["route"] = ROUTE
    return body


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Every other delivery is for a source that there is."""
    source = (path_parameters or {}).get("source")
    if isinstance(source, str) and len(source) % 2:
        path_parameters["source"] = SOURCE
    return path_parameters
