"""Self-test of trust: which callbacks, sources and signatures the configuration lets strangers use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connector.services.finding import Finding
from connector.settings import RouteSettings, Settings
from connector.settings.types import TASK_NAME
from connector.storage.admin.tokens import live
from connector.storage.core.database import Database
from connector.storage.queries.callbacks import callbacks_seen

_EXAMPLE = ("shop.answered", "shop.answered@shop")


def callbacks(settings: Settings, database: Database | None) -> Iterator[Finding]:
    """Each route with callbacks lists them; ``database``, if it can be read, says which were named of late."""
    for name, route in settings.routes.items():
        if route.reply == "celery" and not route.callbacks:
            seen = _listed(callbacks_seen(database, name)) if database is not None else ()
            yield _unlisted(route, seen)


def tokens(settings: Settings, database: Database) -> Iterator[Finding]:
    """Tokens made before their source was reserved, which still speak for a configured source or for our readers."""
    for token in live(database).values():
        if settings.reserves(token.source):
            yield Finding(
                what=f"token {token.name}",
                state="warning",
                found=f"its source {token.source} is reserved: its events pass for those of another door",
                mend=f"turnwire tokens revoke {token.name}, and make one with a --source of its own",
            )


def _listed(seen: Iterable[tuple[str, str | None]]) -> list[str]:
    """As the configuration names them; what no list can name is left out."""
    pairs = [(task, queue) for task, queue in seen if all(TASK_NAME.fullmatch(each) for each in (task, queue or "-"))]
    return sorted({task if queue in {None, "celery"} else f"{task}@{queue}" for task, queue in pairs})


def _unlisted(route: RouteSettings, seen: Iterable[str]) -> Finding:
    names = ", ".join(f'"{name}"' for name in (list(seen) or _EXAMPLE))
    of_late = "those of the last 30 days" if list(seen) else "with your own tasks and queues"
    return Finding(
        what=f"routes.{route.name}.callbacks",
        state="wrong",
        found='reply = "celery" without `callbacks`: a new event that names one is refused',
        mend=f"in [routes.{route.name}]: callbacks = [{names}] ({of_late})",
    )
