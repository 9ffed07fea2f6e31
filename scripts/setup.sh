#!/bin/sh
# Installs what is missing to build, run and test: npm packages, and Debian packages.
#   setup.sh            what `npm start` needs
#   setup.sh --test     also what `npm test` needs
# Says nothing and takes a fraction of a second when all is there. As root it installs by itself;
# otherwise it prints the one line to run.
set -eu
cd "$(dirname "$0")/.."

run='gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-x v4l-utils util-linux'
tests='ffmpeg libxml2-utils curl procps iproute2 avahi-daemon avahi-utils dbus'
wanted=$run
[ "${1:-}" = --test ] && wanted="$run $tests"

npm_packages() {
	[ -e package-lock.json ] || return 0
	if [ ! -e node_modules/.installed ] || ! cmp -s package-lock.json node_modules/.installed; then
		echo 'setup: installing npm packages ...' >&2
		npm ci --no-audit --no-fund --loglevel=error >&2
		cp package-lock.json node_modules/.installed
	fi
}

missing_debian_packages() {
	for package in $wanted; do
		[ -e "/var/lib/dpkg/info/$package.list" ] || ls "/var/lib/dpkg/info/$package":*.list >/dev/null 2>&1 || printf ' %s' "$package"
	done
}

debian_packages() {
	if ! command -v dpkg >/dev/null; then
		command -v gst-launch-1.0 >/dev/null && return 0
		echo 'setup: install GStreamer 1.22 or newer with its base, good, bad and ugly plug-ins, and v4l-utils' >&2
		exit 1
	fi
	missing=$(missing_debian_packages)
	[ -z "$missing" ] && return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "setup: packages are missing; run: sudo apt-get install -y --no-install-recommends$missing" >&2
		exit 1
	fi
	echo "setup: installing Debian packages:$missing ..." >&2
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq >&2
	# shellcheck disable=SC2086 # a list of words
	apt-get install -y -qq --no-install-recommends $missing >&2
}

debian_packages
npm_packages
