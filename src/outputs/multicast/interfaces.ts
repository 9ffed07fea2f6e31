import { outgoing } from "../../media/send/outgoing.ts";
import type { OutgoingInterface } from "../../media/send/udp-way.ts";
import type { Network } from "../../system/network-types.ts";

/**
 * The interfaces to send to groups by: the one that holds the camera's one address, where it has but one, and else
 * those named, or all.
 */
export function groupInterfaces(
	network: Pick<Network, "interfaces">,
	address: string | undefined,
	names: readonly string[],
): readonly OutgoingInterface[] {
	const up = network.interfaces().filter((one) => one.up);
	if (address !== undefined)
		return up
			.filter(({ addresses }) =>
				addresses.some((its) => its.address === address),
			)
			.map(outgoing);
	return up
		.filter(({ loopback }) => !loopback)
		.filter(({ name }) => names.length === 0 || names.includes(name))
		.map(outgoing);
}
