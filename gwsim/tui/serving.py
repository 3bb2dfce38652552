"""The explorer in a browser: on the loopback interface, and for pages of its own alone."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from aiohttp import web
from textual_serve.server import Server

HOST = "127.0.0.1"
_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LocalServer(Server):
    """
    Serves to browsers of this machine.

    What is asked under another name, or by a page of another origin, is refused: a browser lets any page open
    a WebSocket to 127.0.0.1, and whoever has one can press keys here.
    """

    def __init__(self, arguments: Sequence[str], port: int) -> None:
        """
        Serve `gwsim` with these arguments, a process for each page that is open.

        Args:
            port: on 127.0.0.1.
        """
        command = shlex.join([sys.executable, "-m", "gwsim", *arguments])
        super().__init__(command, host=HOST, port=port, title="gwsim")
        own = f"{self.public_url} ws://{HOST}:{port}"
        self._policy = (
            f"default-src 'self' {own}; style-src 'self' 'unsafe-inline' {own}; "
            f"script-src 'self' 'unsafe-inline' {own}; img-src 'self' data: {own}; frame-ancestors 'none'"
        )
        """The page that textual-serve makes asks a font of another host: nothing leaves this machine."""
        self._names = {f"{name}:{port}" for name in (HOST, "localhost")}

    def initialize_logging(self) -> None:
        """Log what goes wrong, and no more."""
        logging.basicConfig(level=logging.WARNING, format="%(message)s")

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing yet: nobody listens."""

    def serve(self, debug: bool = False) -> None:
        """Serve until interrupted, and say where as soon as it can be asked."""
        self.debug = debug
        self.initialize_logging()

        def say_where(_: str) -> None:
            self.console.print(f"{self.public_url} (Ctrl+C ends it)", markup=False, highlight=False)

        web.run_app(self._make_app(), host=self.host, port=self.port, print=say_where)

    async def _make_app(self) -> web.Application:
        application = await super()._make_app()
        application.middlewares.append(self._only_own)
        return application

    @web.middleware
    async def _only_own(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        own = request.host in self._names
        if not own or (origin is not None and origin.removeprefix("http://") not in self._names):
            raise web.HTTPForbidden(text="gwsim serves pages of its own alone.\n")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = self._policy
        return response


def serve(arguments: Sequence[str], port: int) -> None:
    """
    Serve until interrupted.

    Args:
        arguments: of the `gwsim` that each page gets.
    """
    LocalServer(arguments, port).serve()
