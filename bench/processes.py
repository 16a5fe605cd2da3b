"""What a family of processes costs: CPU time including children that have ended, and memory without counting twice."""

import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

TICKS = os.sysconf("SC_CLK_TCK")


def family(home: Path, server_pid: int) -> list[int]:
    """Return the processes of a library: the server's tree, and the database's keeper with its tree."""
    roots = [server_pid]
    for process in psutil.process_iter(["pid", "cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if "embedded.keeper" in line and str(home) in line:
            roots.append(process.info["pid"])
    pids: list[int] = []
    for root in roots:
        with suppress(psutil.NoSuchProcess):
            pids += [root, *(child.pid for child in psutil.Process(root).children(recursive=True))]
    return sorted(set(pids))


def cpu_s(pids: Iterable[int]) -> float:
    """Return the CPU seconds that the processes and their ended children have used."""
    ticks = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def pss_mb(pids: Iterable[int]) -> float:
    """Return the memory of the processes; what several share is divided among them (PSS, smaps_rollup)."""
    total_kb = 0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total_kb += int(line.split()[1])
    return total_kb / 1024


class PeakMemory:
    """Samples the memory of a family in a thread; `peak_mb` afterwards."""

    def __init__(self, home: Path, server_pid: int, every_s: float = 0.5) -> None:
        self.peak_mb = 0.0
        self._home, self._server_pid, self._every_s = home, server_pid, every_s
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def _sample(self) -> None:
        while not self._end.wait(self._every_s):
            self.peak_mb = max(self.peak_mb, pss_mb(family(self._home, self._server_pid)))

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
