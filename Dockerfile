# Packages first, so that they are fetched again only when the lock file changes.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image brings its own Node, so the one that npm can bring is left out again.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
# ffmpeg makes poster frames of videos; Postern runs without it.
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY migrations migrations
COPY static static
COPY views views
COPY src src
COPY scripts/stripped.mjs scripts/stripped.mjs
# Copies of src without types, so that the running process need not hold the stripper (docs/performance.md).
RUN node --no-warnings scripts/stripped.mjs
COPY deploy/postern /usr/local/bin/postern
RUN mkdir /data && chown node:node /data && chmod 700 /data && chmod 755 /usr/local/bin/postern
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "--max-semi-space-size=2", "--import", "./scripts/stripped.mjs", "src/main.ts"]
