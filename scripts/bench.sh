#!/bin/sh
# `npm run bench`: the hot paths side by side with a peer in the same run; prints tables (all, or those named);
# with --readme it writes them into README.md.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --test
node scripts/build.mjs
exec node --import tsx bench/run.ts "$@"
