"""What every process of labelhub must have loaded before it does anything."""

import os
import subprocess
import sys

import pytest

from labelhub.embedded.paths import ROOT

# A process without our Celery application would send its tasks to a broker on port 5672.
SHOW = "from celery import current_app; print(current_app.main, current_app.conf.broker_url)"


@pytest.mark.parametrize(
    "load",
    [
        "import labelhub.wsgi",
        "import django; django.setup()",  # as manage.py does it
        "import labelhub.celery",
    ],
)
def test_process_sends_its_tasks_to_our_broker(load):
    shown = subprocess.check_output(
        [sys.executable, "-c", f"{load}; {SHOW}"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "labelhub.settings"},
        cwd=ROOT,
        text=True,
    )
    name, broker = shown.split()
    assert name == "labelhub"
    assert broker.startswith("redis+socket://")
