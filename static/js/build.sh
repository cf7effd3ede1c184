#!/bin/sh
# Bundle and minify the entries into dist/. Needs Node once, for whoever changes the sources; nobody needs it to run the product.
# dist/SOURCES names the hash of what was bundled: a test recomputes it, so that a stale bundle cannot be committed.
set -eu
cd "$(dirname "$0")"
${ESBUILD:-npx --yes esbuild@0.28.2} ops.js comments.js matrix.js cells.js scans.js lines.js export.js wall.js tracking.js --bundle --minify --format=esm --target=es2022 --outdir=dist --log-level=warning
find . -name '*.js' -not -path './dist/*' | LC_ALL=C sort | xargs cat | sha384sum | cut -d' ' -f1 > dist/SOURCES
