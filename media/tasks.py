"""Names the handler of the job that brings many files."""

from core.jobs import register
from media.actions.run_arrival import run_arrival
from media.actions.start_arrival import KIND

register(KIND, run_arrival)
