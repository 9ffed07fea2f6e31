#!/bin/busybox sh
# The guest's first process: this host's files under a tmpfs, then /host/job.sh. Runs from the initrd.
box=/bin/busybox
options=trans=virtio,version=9p2000.L,msize=512000

$box mount -t devtmpfs devtmpfs /dev
$box mkdir -p /proc /sys /lower /upper /sysroot
$box mount -t proc proc /proc
$box mount -t sysfs sysfs /sys
while read -r module; do $box insmod "/modules/$module"; done </modules/order

# `loose` caches: nothing on the host changes under a guest's feet but /host and /cache, which do not.
$box mount -t 9p -o $options,ro,cache=loose root /lower
$box mount -t tmpfs tmpfs /upper
$box mkdir /upper/files /upper/work
if ! $box mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work overlay /sysroot; then
	echo "guest: no root"
	$box poweroff -f
fi

# What the host's own programs left there is no business of the guest's.
for folder in tmp run; do $box mount -t tmpfs tmpfs /sysroot/$folder; done
$box mkdir -p /sysroot/host /sysroot/cache /sysroot/lib/modules /dev/pts /dev/shm
$box mount -t 9p -o $options host /sysroot/host
$box mount -t 9p -o $options cache /sysroot/cache
$box mount -t 9p -o $options,ro,cache=loose modules /sysroot/lib/modules
{ read -r project; read -r node; } </sysroot/host/places
$box mkdir -p "/sysroot$project"
$box mount -t 9p -o $options,ro,cache=loose project "/sysroot$project"
$box mount -t devpts devpts /dev/pts
$box mount -t tmpfs -o mode=1777 tmpfs /dev/shm
for folder in dev proc sys; do $box mount --move /$folder /sysroot/$folder; done

# qemu's own network: 10.0.2.15 is the guest, forwarded connections come from 10.0.2.2.
$box ip link set lo up
$box ip link set eth0 up
$box ip addr add 10.0.2.15/24 dev eth0
$box ip route add default via 10.0.2.2

export PATH="$node:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export HOME=/root LANG=C.UTF-8 PROJECT="$project"
# Scanning all plug-ins takes seconds here: once a kernel version, not once a boot.
export GST_REGISTRY=/cache/gstreamer-registry.bin

# shellcheck disable=SC2016  # for the inner shell
$box chroot /sysroot /bin/sh -c 'cd /host && { sh "$PROJECT/test/vm/guest-agent.sh" & sh ./job.sh; echo $? >/host/status; }'
$box sync
$box poweroff -f
