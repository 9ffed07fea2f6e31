#!/bin/sh
# A small machine for the tests that need real V4L2 devices: Debian's kernel in qemu, over this host's own files.
#
#   vm.sh packages                      install Debian's packages that all this needs
#   vm.sh prepare                       the same; fetch the kernel, build what Debian leaves out; once a kernel version
#   vm.sh run JOBDIR [PORT ...]         boot, run JOBDIR/job.sh as root, exit with its status
#
# The guest's root is the host's, read-only, with a tmpfs on top; JOBDIR is its /host, the project lies where
# it lies here, /cache is kept from run to run. To each PORT of the guest leads one of 127.0.0.1 that is free;
# which, says qemu's monitor (QMP) in JOBDIR/monitor.sock. Commands for a running guest go through
# JOBDIR/command.sock (see guest-agent.sh).
#
# Exit status: the job's; 77 when packages cannot be had, with one line that says which; 124 when the time
# limit VM_SECONDS was reached; 125 when the guest ended without a word from the job.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
project=$(dirname "$(dirname "$here")")
cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/onvifd-vm
PATH=$PATH:/usr/sbin:/sbin

# Count up whenever prepare.sh makes something else of the same kernel.
recipe=1

kernel_version() {
	apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/.*Depends: linux-image-\([0-9].*\)/\1/p' | head -n 1
}

cannot() {
	echo "vm.sh: $*" >&2
	exit 77
}

run() {
	job=$(realpath "$1")
	shift
	forwards=
	for port in "$@"; do
		forwards="$forwards,hostfwd=tcp:127.0.0.1:0-:$port"
	done
	# Two machines side by side would make each other miss their deadlines; qemu holds the lock as long as it lives.
	exec 8>"$cache/machine"
	flock 8
	echo "vm.sh: starting"
	rm -f "$job/status" "$job/command.sock" "$job/monitor.sock" "$job/initrd"
	# Node may be in a folder of its own, as version managers have it.
	printf '%s\n' "$project" "$(dirname "$(command -v node)")" >"$job/places"
	# The kernel takes several archives in a row: what is slow to make comes from the cache, init from here.
	{ cat "$ready/initrd"; (cd "$here" && echo guest-init.sh | cpio --quiet -o -H newc); } >"$job/initrd"

	set -- -fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap" \
		-device virtio-9p-pci,fsdev=root,mount_tag=root
	set -- "$@" -fsdev "local,id=modules,path=$ready/lib/modules,security_model=none,readonly=on" \
		-device virtio-9p-pci,fsdev=modules,mount_tag=modules
	set -- "$@" -fsdev "local,id=project,path=$project,security_model=none,readonly=on,multidevs=remap" \
		-device virtio-9p-pci,fsdev=project,mount_tag=project
	set -- "$@" -fsdev "local,id=cache,path=$ready/cache,security_model=none" \
		-device virtio-9p-pci,fsdev=cache,mount_tag=cache
	set -- "$@" -fsdev "local,id=host,path=$job,security_model=none" \
		-device virtio-9p-pci,fsdev=host,mount_tag=host

	# The kernel says nothing, unless it panics: it would do so in the middle of what a test waits for.
	# Never kvm: a nested /dev/kvm may open and then run the guest at a crawl, or not at all.
	timeout -k 60 "${VM_SECONDS:-280}" qemu-system-x86_64 \
		-accel tcg,thread=multi,tb-size=512 -machine q35,usb=off -cpu max -smp 2 -m "${VM_MEGABYTES:-1024}" \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$ready/vmlinuz" -initrd "$job/initrd" \
		-append "rdinit=/guest-init.sh console=ttyS0 loglevel=1 panic=-1 mitigations=off no_timer_check tsc=reliable nowatchdog random.trust_cpu=on" \
		-chardev stdio,id=console,signal=off -serial chardev:console \
		-chardev "socket,id=command,path=$job/command.sock,server=on,wait=off" -serial chardev:command \
		-qmp "unix:$job/monitor.sock,server=on,wait=off" \
		-netdev "user,id=net,restrict=on$forwards" -device virtio-net-pci,netdev=net,romfile= \
		"$@" </dev/null &
	qemu=$!
	# `timeout` hands the signal on to qemu, and nothing else ends.
	trap 'kill -TERM $qemu 2>/dev/null || true' TERM INT HUP
	over=0
	wait $qemu || over=$?
	# A trapped signal ends `wait` early; the second one collects qemu itself.
	wait $qemu 2>/dev/null || true
	rm -f "$job/initrd" "$job/command.sock" "$job/monitor.sock"
	[ "$over" = 124 ] && exit 124
	exit "$(cat "$job/status" 2>/dev/null || echo 125)"
}

[ "$(uname -m)" = x86_64 ] || cannot "the test machine is made of Debian's amd64 packages; this host is $(uname -m)"
command -v apt-cache >/dev/null || cannot "the test machine is made of Debian packages; this host has no apt"
. "$here/prepare.sh"

case ${1-} in
packages)
	find_kernel
	require_packages
	;;
prepare)
	prepare
	echo "$ready"
	;;
run)
	shift
	[ -f "${1-}/job.sh" ] || { echo "vm.sh: run wants a directory with a job.sh" >&2; exit 2; }
	prepare
	run "$@"
	;;
*)
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
