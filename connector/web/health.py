"""Health checks and metrics, ``/healthz``, ``/readyz``, ``/metrics``: no token, nothing of a customer."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from connector.web.openapi.operations import ALIVE, METRICS, READY
from connector.web.request.problems import Problem
from connector.web.state import TheDoor

router = APIRouter()

TEXT = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""


@router.get("/healthz", response_class=Response, openapi_extra=ALIVE)
async def healthz() -> Response:
    """Whether this process answers at all."""
    return JSONResponse({"status": "alive"})


@router.get("/readyz", response_class=Response, openapi_extra=READY)
async def readyz(door: TheDoor) -> Response:
    """Whether the database answers and is at this code's revision."""
    reason = await door.readiness.get()
    if reason is not None:
        raise Problem(503, reason, retry_after=2)
    return JSONResponse({"status": "ready"})


@router.get("/metrics", response_class=Response, openapi_extra=METRICS)
async def metrics(door: TheDoor) -> Response:
    """Counts and ages for Prometheus, from the database; worked out at most every ten seconds."""
    if door.answers is None:
        raise Problem(404, "the extra `metrics` is not installed")
    return Response(await door.page.get() + door.answers.page(), media_type=TEXT)
