# syntax=docker/dockerfile:1
# Twintown as a server: docker build -t twintown . && docker run -p 127.0.0.1:8000:8000 -v twintown:/data twintown
# The store lives in the volume at /data; documents come in with: docker run -v twintown:/data -v "$PWD":/in twintown ingest /in
ARG PYTHON=3.12
FROM python:${PYTHON}-slim-bookworm AS build
# cpu takes torch without CUDA (some 200 MB instead of several GB); pypi takes what uv.lock says.
ARG TORCH=cpu
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/app/.venv
RUN pip install --no-cache-dir "uv>=0.9"
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE NOTICE ./
RUN uv export --locked --no-dev --no-emit-project --format requirements-txt --no-hashes > requirements.txt \
    && uv venv /app/.venv \
    && if [ "$TORCH" = cpu ]; then \
         grep -Ev '^(nvidia-|cuda-|triton)' requirements.txt > wanted.txt \
         && uv pip install --python /app/.venv --index https://download.pytorch.org/whl/cpu --index-strategy unsafe-best-match -r wanted.txt; \
       else uv pip install --python /app/.venv -r requirements.txt; fi
COPY graph graph
COPY ingest ingest
COPY queries queries
COPY api api
RUN uv pip install --python /app/.venv --no-deps .

FROM python:${PYTHON}-slim-bookworm
LABEL org.opencontainers.image.title="Twintown" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --create-home --uid 10001 twintown && install -d -o twintown -g twintown /data
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 TWINTOWN_STORE=sqlite:/data/twintown.sqlite TWINTOWN_CACHE=/data/cache
USER twintown
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["twintown"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
