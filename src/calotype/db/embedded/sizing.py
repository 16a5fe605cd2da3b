"""Settings of the server, sized to the machine. They go on the command line, which wins over every file.

Where the numbers come from: the trial of one million photos on 2 cores and 24 GiB (docs/decisions), the PostgreSQL
manual's chapter 19 and pgvector's README (maintenance_work_mem above the graph's size).
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

MIB = 1 << 20


class Machine(NamedTuple):
    """Memory that processes of this control group may use, and the room in the shared memory file system, in bytes."""

    memory_bytes: int
    shared_memory_bytes: int


def read_machine() -> Machine:
    """This machine, as the kernel tells it."""
    total = re.search(r"^MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text("ascii"), re.MULTILINE)
    memory = int(total[1]) * 1024 if total else 2048 * MIB
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text("ascii").strip()
    except OSError:
        limit = "max"
    if limit.isdigit():
        memory = min(memory, int(limit))
    try:
        shared = os.statvfs("/dev/shm")  # noqa: S108 - asked for its size only
        shared_bytes = shared.f_frsize * shared.f_bavail
    except OSError:
        shared_bytes = 0
    return Machine(memory, shared_bytes)


def _mebibytes(wish_bytes: int, least_mib: int, most_mib: int) -> str:
    return f"{min(max(wish_bytes // MIB, least_mib), most_mib)}MB"


def server_settings(machine: Machine, major: int) -> dict[str, str]:
    """The settings of the server on this machine. Photo servers share it with the workers, so the share is modest."""
    memory = machine.memory_bytes
    maintenance = min(max(memory // 16, 64 * MIB), 2048 * MIB)
    settings = {
        "shared_buffers": _mebibytes(memory // 64, 64, 1024),
        "effective_cache_size": _mebibytes(memory // 2, 256, 65536),
        "maintenance_work_mem": f"{maintenance // MIB}MB",
        "autovacuum_work_mem": "64MB",
        "work_mem": "16MB",
        "max_wal_size": _mebibytes(memory // 16, 512, 2048),
        "checkpoint_timeout": "15min",
        "max_connections": "60",
        # A parallel index build takes its whole working memory from here; containers often give it only 64 MB.
        "dynamic_shared_memory_type": "posix" if machine.shared_memory_bytes > 2 * maintenance else "mmap",
        "random_page_cost": "1.1",
        "jit": "off",
        # Index-only scans need a recent vacuum, also on tables that are only added to.
        "autovacuum_vacuum_insert_scale_factor": "0.02",
        # Nobody replicates from an embedded server: less WAL, fewer processes.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_logical_replication_workers": "0",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_line_prefix": "%m [%p] ",
        "log_checkpoints": "off",
        "update_process_title": "off",
    }
    if major >= 18:
        settings["io_method"] = "sync"  # the worker method holds three more processes; reads here are mostly cached
    return settings


def command_line(settings: Mapping[str, str]) -> list[str]:
    """The settings as arguments of `postgres`."""
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
