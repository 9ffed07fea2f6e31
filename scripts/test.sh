#!/bin/sh
# `npm test`: sets up what is missing, builds, and runs the tests; with arguments only those files.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --test
node scripts/build.mjs
if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046 # no file name of ours has a space
	set -- $(find test -name '*.test.ts' | sort)
	# Now, rather than when its turn comes: a library that is replaced breaks what starts at that moment. Without
	# them the tests of the virtual machine say what they miss.
	sh test/vm/vm.sh packages || true
fi
# The first look at GStreamer's plug-ins takes seconds: not in the middle of a test.
gst-inspect-1.0 >/dev/null
exec node --import tsx scripts/run-tests.ts "$@"
