"""The pages for people name files that exist."""

from pathlib import Path

from calotype.bootstrap import Calotype

HOWTO = Path(__file__).resolve().parents[2] / "docs/howto"


def test_the_pages_name_the_files_of_a_library(calotype: Calotype) -> None:
    files = [path.name for path in calotype.settings.home.iterdir() if path.is_file()]
    assert files
    for name in files:
        assert f"`{name}`" in (HOWTO / "backup.md").read_text("utf-8")
    assert "`image-secret`" in (HOWTO / "external-postgresql.md").read_text("utf-8")
