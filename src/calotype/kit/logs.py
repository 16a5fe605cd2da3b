"""Logs: an event and its facts, one line each, through Python's own `logging`.

    2026-03-01T09:30:00Z warning calotype.worker "a worker died" pid=4711 code=-11

Facts are ids and numbers: never names, mail addresses, file names or places. A structured logging library would do the
same and bring a third of the start-up time with it (docs/decisions/0009-logging.md).
"""

import logging
import sys
import time
from typing import TextIO

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class Log:
    """Writes events of one part of the program: `log.warning("a worker died", pid=4711)`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, event: str, **facts: object) -> None:
        self._logger.debug(event, extra={"facts": facts})

    def info(self, event: str, **facts: object) -> None:
        self._logger.info(event, extra={"facts": facts})

    def warning(self, event: str, **facts: object) -> None:
        self._logger.warning(event, extra={"facts": facts})

    def exception(self, event: str, **facts: object) -> None:
        """Write an error with the traceback of the exception in hand."""
        self._logger.exception(event, extra={"facts": facts})


class FactsFormatter(logging.Formatter):
    """One line an event; values with spaces are quoted, line ends escaped, so that no value can forge a line."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", {})
        text = " ".join([_quoted(record.getMessage()), *(f"{name}={_quoted(value)}" for name, value in facts.items())])
        line = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%SZ')} {record.levelname.lower()} {record.name} {text}"
        if not record.exc_info:
            return line
        if record.name.startswith("calotype"):
            return f"{line}\n{self.formatException(record.exc_info)}"
        return f"{line} error={_quoted(record.exc_info[1])}"  # a library's inside says nothing to who reads this


def _quoted(value: object) -> str:
    text = str(value)
    is_plain = text.isprintable() and not any(mark in text for mark in ' "=')
    return text if is_plain and text else '"' + repr(text)[1:-1].replace('"', '\\"') + '"'


def start_logging(level: str, stream: TextIO = sys.stderr) -> None:
    """Send the events of `level` (debug, info, warning, error) and above to `stream`; libraries from warning on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(FactsFormatter())
    logging.basicConfig(level=max(LEVELS[level], logging.WARNING), handlers=[handler], force=True)
    logging.getLogger("calotype").setLevel(LEVELS[level])
