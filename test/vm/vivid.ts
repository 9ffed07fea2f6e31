import type { Vm } from "./vm.ts";

/** The camera of the guest: the kernel's vivid, at /dev/video0. */
export const vividDevice = "/dev/video0";

/** It gets the first number that is free, or `number`. */
export async function plugIn(vm: Vm, number?: number): Promise<void> {
	const wish = number === undefined ? "" : ` vid_cap_nr=${number}`;
	await vm.must(`modprobe vivid n_devs=1 node_types=0x1${wish}`);
}

/**
 * As when a plug is pulled: the node is gone, who streams is told that there is no such device.
 * vivid alone would let the next one open it again, so its node goes first.
 */
export async function unplug(vm: Vm): Promise<void> {
	await vm.must(`
		mv ${vividDevice} /dev/unplugged
		v4l2-ctl -d /dev/unplugged -c disconnect=1
		until modprobe -q -r vivid; do sleep 0.1; done
		rm -f /dev/unplugged
		[ ! -e ${vividDevice} ]`);
}

/** What a driver does that has lost its hardware: streaming ends in an error, the device stays. */
export async function failStreaming(vm: Vm): Promise<void> {
	await vm.must(`v4l2-ctl -d ${vividDevice} -c inject_fatal_streaming_error=1`);
}
