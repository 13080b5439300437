"""The Celery application; it only wakes workers, the state of work is `core.Job` rows."""

import os

from celery import Celery

from core.schedule import PROMPT_QUEUE, PROMPT_TASKS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")

app = Celery("labelhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_routes = {task: {"queue": PROMPT_QUEUE} for task in PROMPT_TASKS}
app.autodiscover_tasks()
