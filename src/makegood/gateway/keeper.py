"""Face: what the gateway's keeper asks; health, readiness and meters, for this machine or on a port of their own."""

from __future__ import annotations

import os
from functools import lru_cache

from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from makegood.gateway.gateway import Gateway
from makegood.records.config.loopback import is_loopback

PREFIX = "/-/"
_SHARED = "PROMETHEUS_MULTIPROC_DIR"  # where the workers of one gateway share their meters
_BY_A_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def may_ask(request: web.BaseRequest) -> bool:
    """Whether a request comes from this machine itself, and not from afar through a proxy or a browser on it."""
    here = is_loopback(request.remote or "") and is_here(request.headers.get(hdrs.HOST, ""))
    return here and not any(name in request.headers for name in _BY_A_PROXY)


@lru_cache(maxsize=1_000)
def is_here(host: str) -> bool:
    """Whether a Host header names this machine by its own names; a page in a browser cannot make it do so."""
    name, _, port = host.rpartition(":")
    return is_loopback(name if port.isdigit() and name else host)


def keep(gateway: Gateway, request: web.BaseRequest) -> web.Response:
    """The answer to one of the keeper's questions."""
    path = request.raw_path.partition("?")[0]
    if request.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
        return web.Response(status=405, text="ask with GET\n")
    if path == "/-/health":
        return web.Response(text="well\n")
    if path == "/-/ready":
        return web.Response(status=503, text="stopping\n") if gateway.draining else web.Response(text="ready\n")
    if path == "/-/metrics":
        return web.Response(body=_meters(gateway), content_type="text/plain", charset="utf-8")
    return web.Response(status=404, text="ask /-/health, /-/ready or /-/metrics\n")


def keeper(gateway: Gateway) -> web.Application:
    """An application for a port of its own, which answers nothing else."""

    async def take(request: web.Request) -> web.Response:
        return keep(gateway, request)

    application = web.Application()
    application.router.add_route("*", "/{target:.*}", take)
    return application


def _meters(gateway: Gateway) -> bytes:
    folder = os.environ.get(_SHARED)
    if not folder:
        return generate_latest(gateway.meters.registry)
    of_all = CollectorRegistry()
    MultiProcessCollector(of_all, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(of_all)
