FROM node:20-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM python:3.11-slim-bookworm AS package
WORKDIR /build
RUN python -m venv /opt/guildhall
COPY requirements ./requirements
RUN /opt/guildhall/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
COPY --from=web /build/src/guildhall/static ./src/guildhall/static
RUN /opt/guildhall/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap git ripgrep && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data guildhall && install -d -o guildhall -g guildhall -m 700 /data
COPY --from=package /opt/guildhall /opt/guildhall
ENV PATH=/opt/guildhall/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GUILDHALL_HOST=0.0.0.0 \
    GUILDHALL_DATA_DIR=/data \
    GUILDHALL_LOG_FORMAT=json
USER guildhall
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["guildhall"]
CMD ["serve"]
