# One image for everything: `scrapy up` as console, node or both, and every other `scrapy` command.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /opt/jobspiders
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock requirements-scrapydweb.lock ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock \
    && python -m venv .venv-scrapydweb \
    && .venv-scrapydweb/bin/python -m pip install --quiet --require-hashes -r requirements-scrapydweb.lock
COPY pyproject.toml README.md scrapy.cfg scrapyd.conf ./
COPY jobspiders jobspiders
COPY deploy/backup deploy/backup
# The source stays where it is; compiled once, since the file system of a container may be read-only
RUN .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m compileall -q jobspiders

FROM python:${PYTHON}
# Boards whose pages need a browser ask for it: --build-arg BROWSER=chromium adds it, with 400 MB
ARG BROWSER=""
RUN if [ -n "$BROWSER" ]; then \
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "$BROWSER" && rm -rf /var/lib/apt/lists/*; \
    fi \
    && useradd --system --uid 10001 --home-dir /var/lib/jobspiders --create-home jobspiders
COPY --from=build /opt/jobspiders /opt/jobspiders
WORKDIR /opt/jobspiders
ENV PATH=/opt/jobspiders/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    JOBSPIDERS_HOME=/var/lib/jobspiders \
    SCRAPYD_BIND_ADDRESS=0.0.0.0 \
    SCRAPYDWEB_BIND=0.0.0.0 \
    HEALTH_BIND_ADDRESS=0.0.0.0
# Journals, JOBDIRs and logs: each container has its own
VOLUME /var/lib/jobspiders
USER 10001
EXPOSE 5000 6800 6810
# The supervisor ends crawls in good order; they go on elsewhere
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:%s/live' % os.environ.get('HEALTH_PORT', '6810'), timeout=8)"]
ENTRYPOINT ["scrapy"]
CMD ["up", "--foreground", "--no-console"]
