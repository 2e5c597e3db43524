# recscope for people who sign in; see docs/deployment.md. Data are fetched into the volume, never
# into the image: MovieLens may not be passed on.
FROM python:3.11-slim AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# torch: models that learn in epochs; llm: texts by a local language model.
ARG EXTRAS=auth,explain,pdf
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY engine engine
COPY audits audits
COPY dashboard dashboard
RUN python -m venv /opt/recscope \
    && /opt/recscope/bin/pip install ".[$EXTRAS]"

FROM python:3.11-slim

# Reports as PDF need a font that knows Chinese; of those that are looked for this is the smallest.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-wqy-microhei \
    && rm -rf /var/lib/apt/lists/*
# A system account without a shell; its number is fixed so that a volume keeps its owner.
RUN groupadd --system --gid 10001 recscope \
    && useradd --system --uid 10001 --gid recscope --create-home --home-dir /home/recscope \
        --shell /usr/sbin/nologin recscope \
    && install --directory --owner=recscope --group=recscope /data
COPY --from=build /opt/recscope /opt/recscope
ENV PATH=/opt/recscope/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RECSCOPE_CACHE=/data/cache \
    RECSCOPE_DATA=/data/reviews \
    RECSCOPE_KEY=/data/trail.key \
    RECSCOPE_TRAIL=/data/trail.db
USER 10001:10001
WORKDIR /home/recscope
VOLUME /data
EXPOSE 8501
# Asked directly: http_proxy, which docker hands on, leads out and not here.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD \
    ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8501/ready', timeout=4)"]
CMD ["recscope", "app", "--no-browser", "--address", "0.0.0.0", \
     "--people", "/run/secrets/people.toml", \
     "--sign-in", "/run/secrets/sign-in.toml"]
