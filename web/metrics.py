"""Counters by part of the site: none by project, none for joining, leaving and bidding."""

import time
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram

from web.access_log import is_private


@dataclass(frozen=True)
class Metrics:
    """What this process counts."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram


def install_metrics(app: Flask) -> None:
    """Count every request except those that could tell who joins."""
    registry = CollectorRegistry()
    labels = ("area", "method", "status")
    requests = Counter("smallworks_requests", "Requests answered", labels, registry=registry)
    seconds = Histogram(
        "smallworks_request_seconds", "Time to answer", ("area",), registry=registry
    )
    app.extensions["metrics"] = Metrics(registry, requests, seconds)
    app.after_request(_count)


def metrics_of(app: Flask) -> Metrics:
    """Return the counters of this application."""
    metrics: Metrics = app.extensions["metrics"]
    return metrics


def _count(response: Response) -> Response:
    if is_private() or request.blueprint is None:
        return response
    metrics = metrics_of(current_app)
    family = f"{response.status_code // 100}xx"
    metrics.requests.labels(request.blueprint, request.method, family).inc()
    started = g.get("started")
    if started is not None:
        metrics.seconds.labels(request.blueprint).observe(time.perf_counter() - started)
    return response
