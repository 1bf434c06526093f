"""aiohttp application of the sandbox: both vendors' calls and the control API."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from connector.sandbox.control import Control
from connector.sandbox.exchange import Exchange, Refused, Route, Struck, Vendor
from connector.sandbox.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ANY_ID = "{id:[^/]+}"  # aiohttp's own idea of a segment leaves out braces, and every id must reach its vendor
BODY_LIMIT = 256 * 1024 * 1024  # bytes; generous, because a rule may script an enormous answer


def application(world: World, vendors: Sequence[Vendor], control: Control) -> web.Application:
    """Routes every call; a path below a vendor's prefix that is no call gets the vendor's own 404."""
    app = web.Application(client_max_size=BODY_LIMIT)
    control.add_to(app.router)
    for vendor in vendors:
        for route in vendor.routes():
            path = vendor.prefix + route.path.replace("{id}", ANY_ID)
            app.router.add_route(route.method, path, _answers(world, vendor, route))
        app.router.add_route("*", vendor.prefix + "/{rest:.*}", _no_route(vendor))
    return app


def _answers(world: World, vendor: Vendor, route: Route) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        exchange = Exchange(world, vendor, route.call, request)
        try:
            vendor.check_token(request.headers)
            exchange.raw = await request.read()
            return await exchange.finish(await route.handle(exchange))
        except Refused as refused:
            return await exchange.refuse(refused)
        except Struck as struck:
            return struck.response
        except (ConnectionError, web.RequestPayloadError):
            return web.Response(status=400)  # the client left in the middle of its request; nobody reads this
        finally:
            exchange.record.left(exchange.entry)

    return answer


def _no_route(vendor: Vendor) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        body = json.dumps(vendor.no_route()).encode()
        return web.Response(status=404, body=body, headers={"Content-Type": "application/json"})

    return answer
