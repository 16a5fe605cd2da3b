"""Counters and clocks of the API in Prometheus' text form."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class ApiMetrics:
    """What /metrics shows. One registry for each app, so that two apps in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Counter(
            "calotype_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "calotype_http_request_seconds", "Seconds to the last byte.", ("route",), buckets=_BUCKETS_S,
            registry=self.registry,
        )  # fmt: skip

    def observe(self, method: str, pattern: str, status: int, seconds: float) -> None:
        self._requests.labels(method, pattern, str(status)).inc()
        self._seconds.labels(pattern).observe(seconds)

    def exposition(self) -> bytes:
        """Return all metrics as text."""
        return generate_latest(self.registry)
