"""What is documented is what is there."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from calotype.cli.app import COMMANDS
from calotype.settings import Settings

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_reference", HOUSE / "scripts" / "write_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_setting_has_its_line(writer: ModuleType) -> None:
    page = (HOUSE / "docs/reference/settings.md").read_text("utf-8")
    assert page == writer.settings_page(), "run `make reference`"
    assert [f"`CALOTYPE_{name.upper()}`" in page for name in Settings.model_fields] == [True] * len(
        Settings.model_fields
    )


def test_every_command_has_its_part(writer: ModuleType) -> None:
    page = (HOUSE / "docs/reference/cli.md").read_text("utf-8")
    assert page == writer.commands_page(), "run `make reference`"
    assert [name for name in COMMANDS if f"## calotype {name}" not in page] == []


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_examples_are_set_off(writer: ModuleType) -> None:
    page = (HOUSE / "docs/reference/cli.md").read_text("utf-8")
    assert page.count("Examples:\n\n```sh\n") == page.count("Examples")


def _pages() -> list[Path]:
    return [*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")]


@pytest.mark.parametrize("page", _pages(), ids=lambda page: str(page.relative_to(HOUSE)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing in ([], ["docs/screenshot.png"])


@pytest.mark.parametrize("page", _pages(), ids=lambda page: str(page.relative_to(HOUSE)))
def test_settings_that_pages_name_exist(page: Path) -> None:
    known = {f"CALOTYPE_{name.upper()}" for name in Settings.model_fields}
    known |= {"CALOTYPE_CONFIG", "CALOTYPE_SHARED", "CALOTYPE_TEST_DATABASE_URL"}
    named = set(re.findall(r"CALOTYPE_[A-Z][A-Z_]*[A-Z]", page.read_text("utf-8")))
    assert named <= known


def test_make_says_what_each_goal_of_the_readme_does() -> None:
    goals = set(re.findall(r"^([a-z0-9-]+):.*## ", (HOUSE / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set()
    for page in ("README.md", "CONTRIBUTING.md"):
        named |= set(re.findall(r"make ([a-z][a-z0-9-]+)", (HOUSE / page).read_text("utf-8")))
    assert named - {"sure"} <= goals
