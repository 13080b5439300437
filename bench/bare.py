"""The baseline: a bare pair of Django views (claim, submit) on one table, nothing else.

No log-in, no template, no ledger, no version: what Django and PostgreSQL cost before labelhub adds
anything. Same server, same driver, same number of connections.
"""

import json
import os
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from bench.bare_sql import CLAIM, STORE

_url = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="bare",
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.path.lstrip("/"),
            "USER": _url.username,
            "HOST": parse_qs(_url.query)["host"][0],
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    },
)
django.setup()


def _answer(body: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(body)
    response["Content-Length"] = str(len(response.content))
    return response


def claim(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM)
        item, payload = cursor.fetchone()
    return _answer({"item": item, "payload": payload})


def submit(request: HttpRequest) -> HttpResponse:
    body = json.loads(request.body)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STORE, [body["item"], json.dumps(body["value"])])
    return _answer({"stored": True})


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("claim", claim), path("submit", submit), path("healthz", health)]
application = get_wsgi_application()
