import type { Network, NetworkInterface } from "../../system/network-types.ts";
import type { OutgoingInterface } from "./udp-way.ts";

type Interfaces = Pick<Network, "interfaces">;

export function outgoing({
	name,
	addresses,
}: NetworkInterface): OutgoingInterface {
	return {
		name,
		address4: addresses.find(({ family }) => family === 4)?.address,
	};
}

/** The interface of that name; undefined where it is not there, or down. */
export function outgoingNamed(
	network: Interfaces,
	name: string,
): OutgoingInterface | undefined {
	const found = network.interfaces().find((one) => one.name === name && one.up);
	return found && outgoing(found);
}

/** The interface that holds an address of this host, which may have a zone; undefined where none does. */
export function outgoingAt(
	network: Interfaces,
	address: string,
): OutgoingInterface | undefined {
	const [plain, zone] = address.split("%");
	const found = network
		.interfaces()
		.find((one) =>
			zone === undefined
				? one.addresses.some((its) => its.address === plain)
				: one.name === zone,
		);
	return found && outgoing(found);
}
