"""`calotype serve`: API, workers and embedded database as one group that starts and stops together.

This module is small so that the database can start while the rest of the program (`serving.py`) is still being read.
"""

import errno
import gc
import socket
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import Annotated

import typer

from calotype.db.embedded import EmbeddedDatabaseUnavailable, EmbeddedPostgres
from calotype.settings import Settings, read_settings


class PortTaken(Exception):
    """Another program listens where the service was to listen."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} of {host} is taken by another program (or by Calotype itself): end it, or start with "
            "--port and another number."
        )


class AddressRefused(Exception):
    """The system does not let us listen there."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"{host}:{port} cannot be listened on ({reason}): start with another --host or --port.")


def serve_command(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Understand photos in this group too.")] = True,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Worker processes at most.")] = None,
) -> None:
    """Start the service: web page, API, workers and database. Ctrl-C stops all of it.

    The first start prints a one-time link that makes your account. Settings come from CALOTYPE_* variables and from
    calotype.toml in the library's folder (docs/reference/settings.md).

    Examples

      calotype serve
      CALOTYPE_HOME=/srv/photos calotype serve --port 9000
      calotype serve --host 0.0.0.0      # behind a proxy with TLS
      calotype serve --no-worker         # the work is done by `calotype worker`
    """
    settings = read_settings(host=host, port=port, workers=workers)
    _refuse_taken_port(settings.host, settings.port)
    let_go = _start_database_meanwhile(settings)
    try:
        gc.disable()  # importing makes many objects and no garbage: 50 ms
        serving = import_module("calotype.cli.serving")
        gc.freeze()
        gc.enable()
        serving.run(settings, has_workers=worker, opened=let_go)
    finally:
        let_go()


def _start_database_meanwhile(settings: Settings) -> Callable[[], None]:
    """Start the embedded database in a thread; the function that is returned lets go of it.

    Whatever goes wrong here goes wrong again when the library is opened, and is told there.
    """
    if settings.database_url is not None:
        return lambda: None
    server = EmbeddedPostgres(settings.postgres_folder, settings.pg_bin)

    def start() -> None:
        with suppress(EmbeddedDatabaseUnavailable, OSError):
            settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            server.start()

    thread = Thread(target=start, name="database", daemon=True)
    thread.start()

    def let_go() -> None:
        thread.join()
        server.release()

    return let_go


def _refuse_taken_port(host: str, port: int) -> None:
    """Raises `PortTaken` or `AddressRefused` before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from problem
        raise AddressRefused(host, port, problem.strerror or str(problem)) from problem
