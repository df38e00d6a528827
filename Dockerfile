# One image for every part: `mitigap web`, `worker`, `beat`, `db upgrade`, or `serve` for all in one container.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
ENV UV_PROJECT_ENVIRONMENT=/opt/mitigap UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
WORKDIR /src
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups --no-install-project
COPY . .
RUN uv sync --locked --no-default-groups --no-editable --compile-bytecode

FROM python:3.13-slim
RUN useradd --uid 10001 --home-dir /data --create-home mitigap && chmod 700 /data
COPY --from=build /opt/mitigap /opt/mitigap
ENV PATH=/opt/mitigap/bin:$PATH PYTHONUNBUFFERED=1 MITIGAP_DATA_DIR=/data/mitigap
USER mitigap
WORKDIR /data
VOLUME /data
EXPOSE 8000
# For the page, alone or in `serve`; the other parts have checks of their own in docker-compose.yml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
ENTRYPOINT ["mitigap"]
CMD ["serve", "--host", "0.0.0.0"]
