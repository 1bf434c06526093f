"""Turnwire's Celery side, the only part that knows Celery.

``celery -A tasks worker`` works from a folder with a ``turnwire.toml``; ``turnwire worker`` is the same with everything
chosen. Wire names begin with ``connector.``, so that they never change with this package.
"""

from __future__ import annotations

from typing import Any

__all__ = ["app"]


def __getattr__(name: str) -> Any:
    """``tasks.app`` on first use: importing this package must not need a configuration."""
    if name != "app":
        raise AttributeError(name)
    from connector.settings import load  # noqa: PLC0415 - see above
    from tasks.application import create  # noqa: PLC0415 - see above

    app = create(load())
    globals()["app"] = app
    return app
