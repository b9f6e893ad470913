"""What `/metrics` shows in Prometheus's text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as _generate

from overture.store import Store

registry = CollectorRegistry()

requests = Counter("overture_http_requests_total", "HTTP requests answered", ["area", "status"], registry=registry)
request_seconds = Histogram(
    "overture_http_request_seconds",
    "Time to answer an HTTP request",
    ["area"],
    registry=registry,
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
sockets = Gauge("overture_sockets", "Open WebSockets", ["side"], registry=registry)
commands_waiting = Gauge("overture_commands_waiting", "Commands that wait to be written", registry=registry)


def render(store: Store) -> bytes:
    """All metrics as text."""
    commands_waiting.set(store.waiting)
    return _generate(registry)


def area_of(path: str) -> str:
    """The part of the product a path belongs to: few values, whatever visitors ask for."""
    if path == "/v1/look":
        return "look"
    if path.startswith("/api/"):
        return "api"
    if path.startswith(("/console", "/widget/")) or path in ("/overture.js", "/v1/frame", "/"):
        return "pages"
    return "other"
