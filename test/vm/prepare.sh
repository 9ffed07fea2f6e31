# Read by vm.sh: makes $ready, the kernel with its modules and the first archive of its initrd. Debian packages only.
# shellcheck shell=sh disable=SC2154  # cache, here and recipe are vm.sh's

# What the guest boots with, in the cached initrd; then what tests load.
boot_modules="virtio_pci virtio_net 9pnet_virtio 9p overlay"
test_modules="vivid vimc v4l2loopback snd-aloop"

# A mirror that stalls is asked again, once: tests go without the machine rather than wait for ever.
fetch_seconds=400

# Prints the packages that are missing for kernel $1.
missing_packages() {
	while read -r program package; do
		command -v "$program" >/dev/null || echo "$package"
	done <<-LIST
		qemu-system-x86_64 qemu-system-x86
		modprobe kmod
		cpio cpio
		make make
		gcc gcc
		xz xz-utils
		v4l2-ctl v4l-utils
	LIST
	[ -e "/usr/src/linux-headers-$1/Makefile" ] || echo "linux-headers-$1"
}

# What is fetched may be given up, what is installed may not. A service that comes along is not to keep the lock.
install_packages() {
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086  # a list of names
	set -- -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 install $1
	timeout "$fetch_seconds" apt-get --download-only "$@" >&2 && apt-get "$@" >&2 9>&-
}

require_packages() {
	missing=$(missing_packages "$kernel" | tr '\n' ' ')
	[ -z "$missing" ] && return
	[ "$(id -u)" = 0 ] || cannot "packages are missing, run: sudo apt-get install $missing"
	install_packages "$missing" || { apt-get -qq update >&2 && install_packages "$missing"; } ||
		cannot "these packages cannot be installed here: $missing"
}

download_packages() {
	rm -rf "$staging/packages"
	mkdir "$staging/packages"
	(cd "$staging/packages" && timeout "$fetch_seconds" apt-get -qq -o APT::Sandbox::User=root download \
		"linux-image-$kernel" "$source_package" v4l2loopback-dkms busybox-static >&2)
}

fetch_packages() {
	download_packages || { apt-get -qq update >&2 && download_packages; } ||
		cannot "the packages of kernel $kernel cannot be fetched"
	for name in "linux-image-$kernel" busybox-static v4l2loopback-dkms; do
		dpkg-deb -x "$staging/packages/$name"_*.deb "$staging/unpacked"
	done
}

# Debian configures its kernel without vimc and ships v4l2loopback as source.
build_modules() {
	mkdir -p "$staging/vimc" "$modules/extra"
	dpkg-deb --fsys-tarfile "$staging/packages/$source_package"_*.deb |
		tar -xO "./usr/src/$source_package.tar.xz" |
		tar -xJ -C "$staging/vimc" --strip-components=5 --wildcards '*/drivers/media/test-drivers/vimc/*'
	loopback=$(echo "$staging"/unpacked/usr/src/v4l2loopback-*)
	for folder in "$staging/vimc" "$loopback"; do
		make -s -C "/usr/src/linux-headers-$kernel" M="$folder" CONFIG_VIDEO_VIMC=m modules >&2
		strip --strip-debug "$folder"/*.ko
		cp "$folder"/*.ko "$modules/extra/"
	done
}

# Prints the files of modules $2... below $1 and of all they need, in the order to load them.
module_files() {
	below=$1
	shift
	for name in "$@"; do
		modprobe -C /dev/null -d "$below" -S "$kernel" --show-depends "$name"
	done | awk '/^insmod/ && !seen[$2]++ { print $2 }'
}

# Out of the whole kernel, only what a test may load.
keep_modules() {
	kept=$staging/result/lib/modules/$kernel
	mkdir -p "$kept"
	depmod -b "$staging/unpacked" "$kernel"
	# shellcheck disable=SC2086  # lists of names
	module_files "$staging/unpacked" $boot_modules $test_modules >"$staging/files"
	(cd "$modules" && sed "s|^$modules/||" "$staging/files" | tar -cf - -T - modules.order modules.builtin modules.builtin.modinfo) |
		tar -xf - -C "$kept"
	find "$kept" -name '*.ko.xz' -exec xz -d '{}' +
	depmod -b "$staging/result" "$kernel"
}

make_initrd() {
	mkdir -p "$staging/initrd/bin" "$staging/initrd/modules"
	cp "$staging/unpacked/bin/busybox" "$staging/initrd/bin/"
	# shellcheck disable=SC2086  # a list of names
	module_files "$staging/result" $boot_modules | while read -r file; do
		cp "$file" "$staging/initrd/modules/"
		basename "$file"
	done >"$staging/initrd/modules/order"
	(cd "$staging/initrd" && find . | cpio --quiet -o -H newc) >"$staging/result/initrd"
}

# The result takes its place in one step: an interrupted one is made again from the start.
make_ready() {
	staging=$cache/staging
	source_package=linux-source-$(echo "$kernel" | cut -d. -f1-2)
	modules=$staging/unpacked/lib/modules/$kernel
	rm -rf "$staging"
	trap 'rm -rf "$staging"' EXIT
	mkdir -p "$staging/unpacked" "$staging/result/cache"
	echo "vm.sh: making the test machine for kernel $kernel in $ready (about 210 MB to fetch, once)" >&2
	fetch_packages
	build_modules
	keep_modules
	make_initrd
	cp "$staging/unpacked/boot/vmlinuz-$kernel" "$staging/result/vmlinuz"
	mv "$staging/result" "$ready"
	rm -rf "$staging"
	trap - EXIT
}

# Sets $kernel and takes the lock: one at a time; whoever waited finds the work done.
find_kernel() {
	kernel=$(kernel_version)
	if [ -z "$kernel" ] && [ "$(id -u)" = 0 ]; then
		apt-get -qq update >&2 || true
		kernel=$(kernel_version)
	fi
	[ -n "$kernel" ] || cannot "apt knows no linux-image-amd64, run: sudo apt-get update"
	mkdir -p "$cache" || cannot "there is no folder to keep the test machine in"
	exec 9>"$cache/lock"
	flock 9
}

prepare() {
	find_kernel
	ready=$cache/$kernel-$recipe
	require_packages
	[ -d "$ready" ] || make_ready
	exec 9>&-
}
