"""What beat rings, and how often (seconds); and what must not wait behind long jobs."""

# The queue of a small worker of its own. Rings go there that take moments and keep the product
# current; a job that takes minutes never does.
PROMPT_QUEUE = "prompt"
PROMPT_TASKS = (
    "annotations.release_expired_leases",
    "core.ring_overdue_jobs",
    "quality.apply_pause_rule",
    "quality.count_live",
    "quality.ring_routing",
)

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "ring overdue jobs": {"task": "core.ring_overdue_jobs", "schedule": 15.0},
    "release expired leases": {"task": "annotations.release_expired_leases", "schedule": 60.0},
    "pause by rule": {"task": "quality.apply_pause_rule", "schedule": 60.0},
    # A ring that nobody answered in time is not repeated: the next one does the same.
    "count live agreement": {
        "task": "quality.count_live",
        "schedule": 2.0,
        "options": {"expires": 4.0},
    },
    "prove live agreement": {
        "task": "quality.prove_live",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    "draw reviews": {"task": "quality.draw_reviews", "schedule": 60.0},
    "adapt overlap": {"task": "quality.ring_routing", "schedule": 30.0},
}
