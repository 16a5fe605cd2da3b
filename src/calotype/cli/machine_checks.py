"""What the doctor looks at without opening the library: folders, processor, room, clock, port, models, web page."""

import errno
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from calotype.cli.findings import Finding, fail, ok, warn
from calotype.cli.terminal import counted
from calotype.db.embedded import EmbeddedDatabaseUnavailable
from calotype.db.embedded.preflight import refuse_unfit_cpu, refuse_unfit_folder
from calotype.ports.models import ModelFault, ModelState, ModelStore
from calotype.settings import Settings

GIGABYTE = 1_000_000_000
ENOUGH_ROOM_BYTES = 5 * GIGABYTE
LEAST_ROOM_BYTES = GIGABYTE // 2
MADE_IN = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that is right shows an earlier day
HEALTH_TIMEOUT_S = 2.0


def check_machine(settings: Settings) -> Iterator[Finding]:
    """Yield all findings about this machine."""
    yield _check_folder("home", settings.home)
    if settings.store is not None and settings.store_folder is not None:
        yield _check_folder("store", settings.store_folder)
    if settings.database_url is None:
        yield _check_refusal("database folder", "on a disk of this machine", lambda: _refuse_folder(settings))
        yield _check_refusal("processor", "can do what the built-in database needs", _refuse_cpu)
    yield from _check_room(settings)
    yield _check_clock(datetime.now(UTC))
    yield check_port(settings.host, settings.port)
    yield from _check_models(settings)


def _check_folder(subject: str, folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"calotype")
    except OSError as problem:
        return fail(
            subject,
            f"{folder} cannot be written to ({problem.strerror}): give this user the right to, or name another folder "
            f"in CALOTYPE_{subject.upper()}.",
        )
    return ok(subject, str(folder))


def _check_refusal(subject: str, fine: str, refuse: Callable[[], None]) -> Finding:
    try:
        refuse()
    except EmbeddedDatabaseUnavailable as problem:
        return fail(subject, problem.sentence)
    return ok(subject, fine)


def _refuse_folder(settings: Settings) -> None:
    refuse_unfit_folder(settings.postgres_folder, Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape"))


def _refuse_cpu() -> None:
    refuse_unfit_cpu(Path("/proc/cpuinfo").read_text("utf-8", "replace"))


def _check_room(settings: Settings) -> Iterator[Finding]:
    devices: set[int] = set()
    for folder in filter(None, (settings.home, settings.store_folder)):
        place = next(each for each in (folder, *folder.parents) if each.exists())
        device = place.stat().st_dev
        if device in devices:
            continue
        devices.add(device)
        free = shutil.disk_usage(place).free
        text = f"{free / GIGABYTE:.1f} GB are free for {folder}"
        if free < LEAST_ROOM_BYTES:
            yield fail("room", f"{text}: make room, or the next photos are refused.")
        elif free < ENOUGH_ROOM_BYTES:
            yield warn("room", f"{text}: that is not much for photos.")
        else:
            yield ok("room", text)


def _check_clock(now: datetime) -> Finding:
    if now < MADE_IN:
        return fail("clock", f"The clock of this machine says {now:%Y-%m-%d}: set it, or times of uploads are wrong.")
    return ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")


def check_port(host: str, port: int) -> Finding:
    """Say whether the service can listen, or does so already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            return _check_who_listens(host, port)
        return fail("port", f"{host}:{port} cannot be listened on ({problem.strerror}): set CALOTYPE_HOST and _PORT.")
    return ok("port", f"{host}:{port} is free for the service")


def _check_who_listens(host: str, port: int) -> Finding:
    direct = build_opener(ProxyHandler({}))
    here = f"[{host}]" if ":" in host else host
    try:
        with direct.open(f"http://{here}:{port}/healthz", timeout=HEALTH_TIMEOUT_S) as answer:
            if answer.status == 200 and b'"ok"' in answer.read(200):
                return ok("port", f"the service answers on {host}:{port}")
    except (URLError, OSError, ValueError):
        pass
    return warn(
        "port", f"Another program has {host}:{port}: end it, or start with `calotype serve --port` and another number."
    )


def _check_models(settings: Settings) -> Iterator[Finding]:
    if settings.vision != "local":
        yield ok("models", f"none are needed: CALOTYPE_VISION is {settings.vision}")
        return
    try:
        statuses = ModelStore(settings.models_folder).verify()
    except ModelFault as fault:
        yield fail("models", str(fault))
        return
    wrong = [status for status in statuses if status.entry.default and status.state is not ModelState.PRESENT]
    if wrong:
        names = ", ".join(f"{status.entry.name} ({status.state})" for status in wrong)
        yield fail("models", f"{names}: run `calotype models pull`.")
    else:
        present = sum(status.state is ModelState.PRESENT for status in statuses)
        yield ok("models", f"{counted(present, 'model')} in {settings.models_folder}, every hash is right")
