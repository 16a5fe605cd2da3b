"""The settings tree: the only reader of the environment.

Every setting is `CALOTYPE_<NAME>` in the environment or `<name>` in a TOML file (`calotype.toml` in the library's home,
or the file that `CALOTYPE_CONFIG` names); the environment wins. `docs/reference/settings.md` lists each; a test
compares.
"""

import os
import re
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # one slash: a slip in `s3://` must not make a folder


class BadSettings(Exception):
    """A setting has a value that cannot be used; the text names it and says what is allowed."""


def is_address(place: str) -> bool:
    """Tell whether a place of photos is written as the address of a bucket, well or badly; else it is a folder."""
    return _ADDRESS.match(place) is not None


def default_home() -> Path:
    """Return the folder of the library where none is named: `CALOTYPE_HOME`, else the platform's data folder."""
    return Path(os.environ.get("CALOTYPE_HOME") or user_data_path("calotype", appauthor=False))


def _config_file() -> Path:
    return Path(os.environ.get("CALOTYPE_CONFIG") or default_home() / "calotype.toml")


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix="CALOTYPE_", extra="forbid", frozen=True)

    home: Path = Field(default_factory=default_home, description="The one folder of the library.")
    host: str = Field(default="127.0.0.1", description="The address that the service listens on.")
    port: int = Field(default=8420, ge=0, le=65535, description="The port; 0 takes a free one.")
    public_url: str | None = Field(
        default=None, description="The address that people use, where it is not the one above (behind a proxy)."
    )
    web: Path | None = Field(default=None, description="The folder of the web build; the default is the one shipped.")

    database_url: str | None = Field(
        default=None, description="A PostgreSQL 16 or newer with pgvector, in place of the embedded one."
    )
    pg_bin: Path | None = Field(default=None, description="Another folder of PostgreSQL programs for the embedded one.")
    store: str | None = Field(
        default=None,
        description="Where the photos lie: a folder (the default is one in the home), or a bucket "
        "(s3://bucket/prefix?endpoint=https://host&region=name).",
    )

    vision: Literal["local", "fake", "off"] = Field(default="local", description="Who looks at the pictures.")
    models: Path | None = Field(
        default=None, description="The folder of the models; the default is one that all libraries of a user share."
    )
    workers: int | None = Field(
        default=None, ge=1, le=64, description="Worker processes at most; the default is one a core."
    )
    rest_s: float = Field(
        default=60.0, ge=1, description="Seconds without work after which a worker lets its models go."
    )
    worker_memory_mb: int = Field(
        default=4096, ge=512, description="Memory that one worker may ask for; a picture that wants more fails."
    )
    decode_timeout_s: float = Field(
        default=120.0, gt=0, description="Seconds that one stage may take on one photo before its worker is ended."
    )

    max_upload_bytes: int = Field(default=500_000_000, gt=0, description="The largest file that is taken in.")
    max_megapixels: int = Field(default=400, gt=0, description="The largest picture that is taken in.")
    trash_days: int = Field(default=30, ge=0, description="Days that a photo stays in the trash.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged.")

    @field_validator("store")
    @classmethod
    def _folder_or_bucket(cls, store: str | None) -> str | None:
        return store if store is None or is_address(store) else str(Path(store).expanduser().absolute())

    @field_validator("home", "models", "web", "pg_bin")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=_config_file())

    @property
    def address(self) -> str:
        """Where people find the web page, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - not bound, only shown
        return f"http://{f'[{here}]' if ':' in here else here}:{self.port}"

    @property
    def store_place(self) -> str:
        """Where the photos lie: the path of a folder, or the address of a bucket."""
        return self.store or str(self.home / "store")

    @property
    def store_folder(self) -> Path | None:
        """The folder of the object store; None where it is a bucket."""
        return None if is_address(self.store_place) else Path(self.store_place)

    @property
    def spool_folder(self) -> Path:
        """Where bytes wait on this machine that are on their way into a bucket, or out of it."""
        return self.home / "spool"

    @property
    def models_folder(self) -> Path:
        return self.models or user_cache_path("calotype", appauthor=False) / "models"

    @property
    def postgres_folder(self) -> Path:
        return self.home / "postgres"

    @property
    def worker_count(self) -> int:
        return self.workers or len(os.sched_getaffinity(0))


def read_settings(**overrides: object) -> Settings:
    """Read the settings. Raises `BadSettings` with a sentence that names the setting."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise BadSettings(f"CALOTYPE_{name.upper()}: {first['msg']} (it is {first['input']!r}).") from error
    except (OSError, ValueError) as error:
        raise BadSettings(f"{_config_file()} cannot be read: {error}") from error
