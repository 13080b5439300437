"""What beat rings, and how often (seconds)."""

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "ring overdue jobs": {"task": "core.ring_overdue_jobs", "schedule": 15.0},
    "release expired leases": {"task": "annotations.release_expired_leases", "schedule": 60.0},
    "adapt overlap": {"task": "quality.ring_routing", "schedule": 30.0},
}
