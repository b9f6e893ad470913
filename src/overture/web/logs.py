"""Structured logs: readable lines on a terminal, JSON lines for machines."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from overture.kit.errors import Invalid


class BadLogSetting(Invalid):
    """OVERTURE_LOG_LEVEL or OVERTURE_LOG_FORMAT can't be used."""

    code = "bad_setting"


def set_up_logs(level: str, form: str) -> None:
    """Log to stderr from `level` on, as `console` text or `json`."""
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise BadLogSetting(f"OVERTURE_LOG_LEVEL: {level!r} is none of debug, info, warning, error")
    if form not in ("console", "json"):
        raise BadLogSetting(f"OVERTURE_LOG_FORMAT: {form!r} is neither console nor json")
    last = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=False,
            exception_formatter=structlog.dev.plain_traceback,  # the rich one shows local variables, secrets too
        )
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if form == "json" else structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=last, foreign_pre_chain=shared[1:]))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))
