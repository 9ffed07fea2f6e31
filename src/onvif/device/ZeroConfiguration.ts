import type { DeviceOperation } from "../context.ts";
import { isLinkLocal, networkInterfaces } from "./NetworkInterfaces.ts";

/** Enabled is where an address of RFC 3927 is in use: on the first such interface, else on none. */
export const GetZeroConfiguration: DeviceOperation<"GetZeroConfiguration"> = {
	access: "READ_SYSTEM",
	run(_request, context) {
		const interfaces = networkInterfaces(context).map(
			({ name, addresses }) => ({
				name,
				addresses: addresses
					.filter((a) => a.family === 4 && isLinkLocal(a))
					.map((a) => a.address),
			}),
		);
		const chosen =
			interfaces.find((i) => i.addresses.length > 0) ?? interfaces[0];
		return {
			ZeroConfiguration: {
				InterfaceToken: chosen?.name ?? "",
				Enabled: chosen !== undefined && chosen.addresses.length > 0,
				Addresses: chosen?.addresses ?? [],
			},
		};
	},
};
