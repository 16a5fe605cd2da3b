"""The main job in one go, for a newcomer: `make demo`, or `make demo PHOTOS=folder`.

A library in a temporary folder, sample photos that two Python packages bundle, a progress bar until all are understood,
five plain-word searches with the reasons for each hit, and the web page until Ctrl-C. Then everything is removed.
"""

import argparse
import asyncio
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from calotype.bootstrap import Calotype, open_library
from calotype.cli.answers import show_answer
from calotype.cli.library import stop_signals
from calotype.settings import Settings, read_settings

SAMPLES = {"skimage": "data", "sklearn": "datasets/images"}
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".tif"}
# Test patterns and pictures through a microscope or a telescope: nobody's holiday.
NO_PHOTOS = {
    "chessboard_GRAY.png", "chessboard_RGB.png", "phantom.png", "color.png", "multipage.tif", "multipage_rgb.tif",
    "microaneurysms.png", "ihc.png", "cell.png", "retina.jpg", "logo.png",
}  # fmt: skip
SEARCHES = ("a cat", "an astronaut", "a cup of coffee", "a rocket at night", "flowers")
EMAIL = "demo@example.org"
LOOK_S = 0.5
HITS_SHOWN = 3


def main() -> None:
    """Run the demo; the temporary folder is gone afterwards, however it ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="*", type=Path, help="folders of your own to take in as well")
    parser.add_argument("--once", action="store_true", help="end after the searches")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="calotype-demo-") as folder:
        place = Path(folder)
        os.environ["CALOTYPE_HOME"] = str(place / "library")
        os.environ["CALOTYPE_PORT"] = str(_choose_port(read_settings()))
        sources = [_collect_samples(place / "samples"), *(path.absolute() for path in options.photos)]
        asyncio.run(_show(read_settings(), sources, place, is_staying=not options.once))


def _choose_port(settings: Settings) -> int:
    """The usual port, or a free one where a real library is being served there."""
    for port in (settings.port, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((settings.host, port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    raise SystemExit(f"No port of {settings.host} can be listened on.")


def _collect_samples(target: Path) -> Path:
    """Copy the photos out of the packages, which are found but not imported."""
    target.mkdir()
    for package, folder in SAMPLES.items():
        found = importlib.util.find_spec(package)
        if found is None or found.origin is None:
            continue
        for path in sorted((Path(found.origin).parent / folder).iterdir()):
            if path.suffix.lower() in PICTURES and path.name not in NO_PHOTOS:
                shutil.copyfile(path, target / path.name)
    return target


async def _show(settings: Settings, sources: list[Path], place: Path, *, is_staying: bool) -> None:
    console = Console(highlight=False)
    password = secrets.token_urlsafe(6)
    console.rule("[bold]A library in a temporary folder")
    async with stop_signals() as stopped, open_library(settings, connections=3) as library:
        owner = await library.accounts.create_user(EMAIL, "Demo", password, "owner")
        with (place / "service.log").open("wb") as log:
            service = await _start("serve", stdout=log, stderr=subprocess.STDOUT)
        try:
            console.rule("[bold]Import")
            await (await _start("import", *map(str, sources))).wait()
            await _until(stopped, _follow(library, owner.id, console))
            for sentence in SEARCHES:
                await _until(stopped, _search(library, owner.id, sentence, console))
            if is_staying and not stopped.is_set():
                console.rule("[bold]The web page")
                console.print(f"Open [bold]{settings.address}[/bold] and sign in as {EMAIL} with {password}")
                console.print("Ctrl-C ends the demo and removes everything that it made.")
                await _until(stopped, service.wait())
        finally:
            if service.returncode is None:
                service.send_signal(signal.SIGTERM)
            await service.wait()
    console.print("The demo is over; its library is removed.")


async def _start(*arguments: str, **streams: Any) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "calotype", *arguments, **streams)


async def _until(stopped: asyncio.Event, work: Coroutine[Any, Any, object]) -> None:
    """Do the work, unless Ctrl-C comes first."""
    doing = asyncio.create_task(work)
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if doing.done():
        doing.result()
    doing.cancel()


async def _follow(library: Calotype, owner_id: UUID, console: Console) -> None:
    """A progress bar until no photo is on its way any more."""
    console.rule("[bold]Understanding")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("looking at photos", total=None)
        while True:
            photos = (await library.pipeline.get_status(owner_id))["photos"]
            total, waiting = sum(photos.values()), photos["pending"] + photos["processing"]
            progress.update(bar, total=total, completed=total - waiting)
            if not waiting:
                return
            await asyncio.sleep(LOOK_S)


async def _search(library: Calotype, owner_id: UUID, sentence: str, console: Console) -> None:
    console.rule(f"[bold]{sentence}")
    show_answer(console, await library.search.search(owner_id, sentence, limit=HITS_SHOWN))


if __name__ == "__main__":
    main()
