#!/bin/sh
# Installs what is missing, npm packages and Debian packages:
#   setup.sh --build    what `npm run build` needs
#   setup.sh            what `npm start` needs
#   setup.sh --test     what `npm test` needs
# Says nothing and takes a fraction of a second when all is there. As root it installs by itself;
# otherwise it prints the one line to run.
set -eu
cd "$(dirname "$0")/.."

# good: v4l2src, RTP and JPEG; bad: shm and h264parse; ugly: x264enc; x: the clock in the test picture;
# alsa: microphones.
run='gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-x gstreamer1.0-alsa v4l-utils util-linux'
# Clients: ffmpeg, ffprobe, curl, rtspsrc with a decoder (libav); xmllint, which validates answers where
# the official schemas are at hand; openssl, which makes cameras' certificates; `ps` and `ip netns`.
# a GStreamer RTSP server as another camera; zeep, Home Assistant's SOAP library; Chromium, which plays
# what browsers are given. test/vm installs its own. Tests with Firefox, motion and live555 run where those
# are: Firefox is big, motion is a service that takes cameras, Debian 12 has no package of live555.
tests='ffmpeg mpv curl gstreamer1.0-libav libxml2-utils openssl procps iproute2 python3-gi gir1.2-gst-rtsp-server-1.0 python3-zeep chromium nginx libnginx-mod-rtmp'

missing_debian_packages() {
	# shellcheck disable=SC2086 # a list of words
	dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
		awk -v wanted="$wanted" '
			$2 == "installed" { there[$1] = 1 }
			END { n = split(wanted, names, " "); for (i = 1; i <= n; i++) if (!(names[i] in there)) printf " %s", names[i] }'
}

as_root() {
	if command -v sudo >/dev/null; then
		echo "sudo sh -c '$1'"
	else
		echo "su - -c '$1'"
	fi
}

install_debian_packages() {
	export DEBIAN_FRONTEND=noninteractive
	# A list that cannot be fetched matters only when a package then cannot be had. A machine that has
	# just booted may be busy with updates of its own: wait for it.
	apt-get update -qq >&2 || true
	# What an interrupted installation left; apt-get would only say so and stop.
	dpkg --configure -a >&2 </dev/null || true
	# shellcheck disable=SC2086 # a list of words
	apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 $1 >&2 </dev/null
}

# A mirror may be in the middle of an update, a connection may be cut; what has come is not fetched again.
three_times() {
	"$@" && return 0
	sleep 5
	"$@" && return 0
	sleep 30
	"$@"
}

debian_packages() {
	if ! command -v dpkg-query >/dev/null; then
		command -v gst-launch-1.0 >/dev/null && return 0
		echo 'setup: install GStreamer 1.22 or newer with its base, good, bad and ugly plug-ins, and v4l-utils' >&2
		exit 1
	fi
	missing=$(missing_debian_packages)
	[ -z "$missing" ] && return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo 'setup: Debian packages are missing; run this, then the same again:' >&2
		as_root "apt-get update && apt-get install -y --no-install-recommends$missing" >&2
		exit 1
	fi
	echo "setup: installing Debian packages:$missing ..." >&2
	if ! three_times install_debian_packages "$missing"; then
		echo "setup: apt-get could not install$missing; the lines above say why" >&2
		exit 1
	fi
}

# npm writes its own lock file when all else is in place: after an interrupted installation it is not there.
npm_packages_are_there() {
	[ node_modules/.package-lock.json -nt package-lock.json ] && [ -d node_modules/esbuild ]
}

install_npm_packages() {
	# The build needs packages for development, whatever NODE_ENV says.
	npm ci --include=dev --no-audit --no-fund --loglevel=error >&2 </dev/null || return 1
	# npm 10 may give up with exit code 0 ("Exit handler never called!").
	npm_packages_are_there
}

npm_packages() {
	npm_packages_are_there && return 0
	echo 'setup: installing npm packages ...' >&2
	if ! three_times install_npm_packages; then
		echo 'setup: npm ci could not install the npm packages; the lines above say why' >&2
		exit 1
	fi
}

case ${1:-} in
--build) wanted= ;;
--test) wanted="$run $tests" ;;
*) wanted=$run ;;
esac
[ -z "$wanted" ] || debian_packages
npm_packages
