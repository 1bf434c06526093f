# Turnwire in a container: `turnwire` is the entrypoint, `worker` what it does unless told otherwise.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/turnwire
# One hashed file serves the demo and the server: it holds the PostgreSQL and Redis drivers too, a few megabytes that
# the demo does not need, so that there is one set of versions to test and to trust.
COPY requirements/run.txt requirements/run.txt
RUN /opt/turnwire/bin/pip install --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY connector connector
COPY tasks tasks
COPY migrations migrations
RUN /opt/turnwire/bin/pip install --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/turnwire turnwire
COPY --from=build /opt/turnwire /opt/turnwire
COPY deploy/worker-alive /usr/local/bin/worker-alive
ENV PATH=/opt/turnwire/bin:$PATH PYTHONUNBUFFERED=1 TURNWIRE_CONFIG=/etc/turnwire/turnwire.toml
USER turnwire
WORKDIR /var/lib/turnwire
# The worker finishes the calls in flight and leaves; give it longer than an account's `deadline` before a SIGKILL.
STOPSIGNAL SIGTERM
# For the worker. Other commands bring a check of their own, or none (see docker-compose.yml).
HEALTHCHECK --interval=30s --timeout=30s --start-period=60s --retries=3 CMD ["worker-alive"]
ENTRYPOINT ["turnwire"]
CMD ["worker"]
