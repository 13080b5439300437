"""Everything that differs by machine; `dotenv-sample` explains each variable."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from core.schedule import BEAT_SCHEDULE
from labelhub.embedded import paths

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

STATE_DIR = paths.state_dir()
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or paths.secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env("PUBLIC_URL", default="http://localhost:8000")
HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "lucide",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "labelhub",
    "core",
    "accounts",
    "projects",
    "guidelines",
    "media",
    "annotations",
    "quality",
    "campaigns",
    "datasets",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.htmx.DomainErrorMiddleware",
]

ROOT_URLCONF = "labelhub.urls"
WSGI_APPLICATION = "labelhub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "projects.context.navigation",
            ],
        },
    }
]

# -- data: one engine everywhere, embedded when nothing else is named -----------------------------
DATABASES = {"default": env.db_url_config(env("DATABASE_URL", default="") or paths.database_url())}
# The folder of a socket comes as `?host=`; it is the host.
_host = DATABASES["default"].setdefault("OPTIONS", {}).pop("host", "")
DATABASES["default"]["HOST"] = _host or DATABASES["default"]["HOST"]
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
PREPARED_STATEMENTS = env.bool("PREPARED_STATEMENTS", default=True)
if PREPARED_STATEMENTS:
    # They look rows up by key: one plan for all values, made once.
    DATABASES["default"]["OPTIONS"]["options"] = "-c plan_cache_mode=force_generic_plan"
REDIS_URL = env("REDIS_URL", default="") or paths.redis_url()
CACHES = {"default": {"BACKEND": "core.cache.RedisCache", "LOCATION": REDIS_URL}}
# Sessions are read from the cache and fall back to the database when the cache was wiped.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(STATE_DIR / "media")))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # the guideline editor sends seven fields per choice
FILE_UPLOAD_PERMISSIONS = 0o600
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=4_000_000_000)

# -- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
OWNER_EMAIL = env("OWNER_EMAIL", default="owner@localhost")
AUTHENTICATION_BACKENDS = ["accounts.authentication.SessionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "projects:home"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

# -- language ------------------------------------------------------------------------------------
LANGUAGE_CODE = env("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("ko", _("Korean"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["labelhub.formats"]
TIME_ZONE = env("TIME_ZONE", default="Asia/Seoul")
USE_TZ = True

# -- static files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT},
    },
    "staticfiles": {
        "BACKEND": env(
            "STATICFILES_BACKEND",
            default="labelhub.static_files.StaticFiles",
        )
    },
}

# -- media files ---------------------------------------------------------------------------------
# What items show; `dotenv-sample` says what each limit is for.
MEDIA_MAX_BYTES = env.int("MEDIA_MAX_BYTES", default=500_000_000)
MEDIA_MAX_PIXELS = env.int("MEDIA_MAX_PIXELS", default=50_000_000)
MEDIA_MAX_PAGES = env.int("MEDIA_MAX_PAGES", default=2000)
MEDIA_MAX_FILES = env.int("MEDIA_MAX_FILES", default=10_000)
MEDIA_ZIP_MAX_BYTES = env.int("MEDIA_ZIP_MAX_BYTES", default=2_000_000_000)
MEDIA_ZIP_MAX_TOTAL = env.int("MEDIA_ZIP_MAX_TOTAL", default=4_000_000_000)
MEDIA_INSPECT_SECONDS = env.int("MEDIA_INSPECT_SECONDS", default=30)
MEDIA_INSPECT_MEMORY = env.int("MEDIA_INSPECT_MEMORY", default=1_500_000_000)
MEDIA_FETCH_HOSTS = env.list("MEDIA_FETCH_HOSTS", default=[])
MEDIA_FETCH_NETWORKS = env.list("MEDIA_FETCH_NETWORKS", default=[])
MEDIA_FETCH_SECONDS = env.int("MEDIA_FETCH_SECONDS", default=120)
MEDIA_INBOX = env("MEDIA_INBOX", default="")
_BUCKET = {
    "access_key": env("MEDIA_ACCESS_KEY", default="") or None,
    "secret_key": env("MEDIA_SECRET_KEY", default="") or None,
    "endpoint_url": env("MEDIA_BUCKET_ENDPOINT", default="") or None,
    "region_name": env("MEDIA_BUCKET_REGION", default="") or None,
    "default_acl": None,
    "file_overwrite": True,
    "max_memory_size": 1_000_000,
}
if env("MEDIA_STORAGE", default="local") == "s3":
    _options = {**_BUCKET, "bucket_name": env("MEDIA_BUCKET")}
    _options["location"] = env("MEDIA_BUCKET_PREFIX", default="")
    STORAGES["media"] = {"BACKEND": "media.s3.S3Media", "OPTIONS": _options}
else:
    STORAGES["media"] = {
        "BACKEND": "media.storage.LocalMedia",
        "OPTIONS": {"location": MEDIA_ROOT},
    }
if MEDIA_INBOX.startswith("s3://"):
    _bucket, _, _prefix = MEDIA_INBOX.removeprefix("s3://").partition("/")
    _options = {**_BUCKET, "bucket_name": _bucket, "location": _prefix}
    STORAGES["inbox"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _options}
elif MEDIA_INBOX:
    STORAGES["inbox"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_INBOX},
    }

# -- security ------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# -- REST ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.access.DeclaredRule"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "labelhub.api.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "labelhub",
    "VERSION": "1",
    "DESCRIPTION": "Every label with its guideline version, its source and its resolution.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "FlagKindEnum": "annotations.models.FlagKind",
        "AnnotationKindEnum": "annotations.models.AnnotationKind",
        "ProjectStateEnum": "projects.models.ProjectState",
        "VersionStateEnum": "guidelines.models.VersionState",
    },
}

# -- background work -----------------------------------------------------------------------------
CELERY_BROKER_URL = paths.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_TASK_TIME_LIMIT = 4 * 3600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 5 * 3600,
    "unacked_restore_throttle": 1,
    # A request that rings the bell must not wait for a broker that is away: beat rings again.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0.1,
    "socket_keepalive": True,
    "socket_timeout": 30,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
