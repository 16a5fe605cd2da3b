"""The server's settings follow the machine."""

import pytest

from calotype.db.embedded.sizing import MIB, Machine, command_line, read_machine, server_settings

GIB = 1024 * MIB


@pytest.mark.parametrize(
    ("memory_bytes", "shared_buffers", "maintenance_work_mem"),
    [
        (1 * GIB, "64MB", "64MB"),
        (8 * GIB, "128MB", "512MB"),
        (24 * GIB, "384MB", "1536MB"),
        (256 * GIB, "1024MB", "2048MB"),
    ],
)
def test_settings_follow_the_memory(memory_bytes: int, shared_buffers: str, maintenance_work_mem: str) -> None:
    settings = server_settings(Machine(memory_bytes, memory_bytes // 2), 18)
    assert settings["shared_buffers"] == shared_buffers
    assert settings["maintenance_work_mem"] == maintenance_work_mem


def test_small_shared_memory_is_not_used_for_index_builds() -> None:
    assert server_settings(Machine(8 * GIB, 64 * MIB), 18)["dynamic_shared_memory_type"] == "mmap"
    assert server_settings(Machine(8 * GIB, 4 * GIB), 18)["dynamic_shared_memory_type"] == "posix"


def test_older_server_gets_no_setting_that_it_does_not_know() -> None:
    assert "io_method" not in server_settings(Machine(8 * GIB, 4 * GIB), 16)


def test_this_machine_has_memory() -> None:
    assert 64 * MIB < read_machine().memory_bytes < 1 << 50


def test_command_line() -> None:
    assert command_line({"jit": "off", "work_mem": "16MB"}) == ["-c", "jit=off", "-c", "work_mem=16MB"]
