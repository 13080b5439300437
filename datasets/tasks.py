"""Names the handler of the job that imports a file."""

from core.jobs import register
from datasets.actions.run_import import run_import
from datasets.actions.start_import import KIND

register(KIND, run_import)
