"""Celery application, tasks and workers: the only part of Turnwire that knows Celery.

``celery -A tasks worker`` works from a folder with a ``turnwire.toml``; ``turnwire worker`` is the same with everything
chosen; ``register(app)`` adds it all to an application that there is already. Wire names begin with ``connector.``, so
that they never change with this package. A program with a ``tasks.py`` of its own finds the same under
:mod:`connector.plugin`, which is why the modules here name each other relatively.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .host.register import register

__all__ = ["app", "register"]


def __getattr__(name: str) -> Any:
    """``tasks.app`` and ``tasks.register`` on first use: importing this package must not need a configuration."""
    if name == "register":
        from .host.register import register  # noqa: PLC0415 - see above

        return register
    if name != "app":
        raise AttributeError(name)
    from connector.settings import load  # noqa: PLC0415 - see above

    from .application import create  # noqa: PLC0415 - see above

    app = create(load())
    globals()["app"] = app
    return app
