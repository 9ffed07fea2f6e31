#!/bin/sh
# `npm start`: sets up what is missing, builds, and runs the camera. Arguments go to `onvifd run`;
# a relative file among them is one of the directory that npm was called in.
set -eu
from=${INIT_CWD:-$PWD}
cd "$(dirname "$0")/.."
sh scripts/setup.sh
node scripts/build.mjs
program=$PWD/dist/onvifd.js
cd "$from"
exec "$program" run "$@"
