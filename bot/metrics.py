"""What Vigie counts of its own work, as Prometheus reads it
(https://prometheus.io/docs/practices/naming): names of sources and kinds, and nothing that anybody
wrote.

They count what this process did since it began; what is kept is told by `bot.operating.gauges`.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()

ProcessCollector(registry=REGISTRY)

POLLS = Counter(
    "vigie_polls",
    "Polls of a watch at a source, by how they ended: ok, resting or failed.",
    ("source", "result"),
    registry=REGISTRY,
)
POSTS = Counter(
    "vigie_posts", "Posts that sources showed, known ones too.", ("source",), registry=REGISTRY
)
MATCHES = Counter(
    "vigie_matches", "Posts that a watch matched, known ones too.", ("source",), registry=REGISTRY
)
MENTIONS = Counter("vigie_mentions", "New mentions that were kept.", ("source",), registry=REGISTRY)
LAG_SECONDS = Histogram(
    "vigie_lag_seconds",
    "How old the newest of a poll's new mentions was when it was kept; first polls apart.",
    ("source",),
    buckets=(10, 30, 60, 120, 300, 900, 3600, 6 * 3600),
    registry=REGISTRY,
)
POLLED = Gauge(
    "vigie_polled_timestamp_seconds", "When a poll last went well.", ("source",), registry=REGISTRY
)
ALERTS = Counter("vigie_alerts", "Alerts that were told.", ("kind",), registry=REGISTRY)
SLACK_CALLS = Counter(
    "vigie_slack_calls",
    "Calls to Slack's Web API, by method and by ok, the code of the refusal, or unavailable.",
    ("method", "result"),
    registry=REGISTRY,
)
ACK_SECONDS = Histogram(
    "vigie_ack_seconds",
    "From an envelope or a request of Slack's to its acknowledgement; Slack waits for three.",
    buckets=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    registry=REGISTRY,
)
LOOP_LAG_SECONDS = Histogram(
    "vigie_loop_lag_seconds",
    "How much later than asked for the event loop came back, asked twice a second.",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0),
    registry=REGISTRY,
)
