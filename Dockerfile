# docker build -t ses-bot . && docker run --env-file .env --stop-timeout 30 -v ses-bot:/data -p 8080:8080 ses-bot
# At SIGTERM the bot gives work under way 20 seconds: allow it 30 before SIGKILL.
# With podman or buildah: build with `--format docker`, or the health check is left out.
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE}

# Only /data is written to at run time; logs go out line by line.
ENV PYTHONUNBUFFERED=1 SES_BOT_DATA_DIR=/data

WORKDIR /app
COPY requirements.lock ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock

COPY bot.py settings.py LICENSE ./
COPY drafts drafts
COPY model model
COPY checks checks
COPY aws aws
COPY store store
COPY watch watch
COPY handlers handlers
COPY cli cli

# Compiled here, since the bot's user may not write: a start without bytecode takes twice as long.
RUN python -m compileall -q .

# What the bot knows of your accounts, and news that has not reached its channel: keep it on a volume.
RUN useradd --system --no-create-home --uid 10001 bot && mkdir -m 700 /data && chown 10001 /data
VOLUME /data
USER 10001

EXPOSE 8080
STOPSIGNAL SIGTERM
# /healthz answers as long as the event loop turns; /readyz, for an orchestrator, only while Slack is heard.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + (os.environ.get('SES_BOT_HTTP_PORT') or '8080') + '/healthz', timeout=4)"]

# `docker run ses-bot` answers in Slack; `docker run ses-bot check acme.com` checks a domain.
ENTRYPOINT ["python", "bot.py"]
CMD ["run"]
