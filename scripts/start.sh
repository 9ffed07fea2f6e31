#!/bin/sh
# `npm start`: sets up what is missing, builds, and runs the camera. Arguments go to `onvifd run`.
set -eu
cd "$(dirname "$0")/.."
from=${INIT_CWD:-$PWD}
sh scripts/setup.sh
node scripts/build.mjs
here=$PWD
cd "$from"
exec "$here/dist/onvifd.js" run "$@"
