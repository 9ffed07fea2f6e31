import type { NetworkInterface as WsdlInterface } from "../../soap/schema/generated/tt.ts";
import type {
	Network,
	NetworkAddress,
	NetworkInterface,
} from "../../system/network-types.ts";
import type { Context, DeviceOperation } from "../context.ts";

/**
 * The one that the client came in by is first: Home Assistant and UniFi Protect know cameras by the
 * hardware address of the first enabled one.
 */
export const GetNetworkInterfaces: DeviceOperation<"GetNetworkInterfaces"> = {
	access: "READ_SYSTEM",
	run: (_request, context) => ({
		NetworkInterfaces: networkInterfaces(context).map(wsdlInterface),
	}),
};

/** Those that lead out of the host, or the loopback where there are none; the client's first. */
export function networkInterfaces({
	network,
	request,
}: Context): readonly NetworkInterface[] {
	const all = network.interfaces();
	const outward = all.filter((i) => !i.loopback);
	const address = request.localAddress.replace(/^\[|\]$/g, "");
	const rank = (i: NetworkInterface) =>
		i.addresses.some((a) => a.address === address) ? 0 : i.up ? 1 : 2;
	return [...(outward.length > 0 ? outward : all)].sort(
		(a, b) => rank(a) - rank(b),
	);
}

/** Whether an address came by DHCP is known to whoever configures the host, not to us: all are told as manual. */
function wsdlInterface(
	i: ReturnType<Network["interfaces"]>[number],
): WsdlInterface {
	const own = i.addresses.filter((a) => !isLinkLocal(a));
	const linkLocal = i.addresses.filter(isLinkLocal);
	const [linkLocal4] = of(4, linkLocal);
	return {
		token: i.name,
		Enabled: i.up,
		Info: {
			Name: i.name,
			HwAddress: i.mac,
			...(i.mtu !== undefined && { MTU: i.mtu }),
		},
		IPv4: {
			Enabled: of(4, i.addresses).length > 0,
			Config: {
				Manual: of(4, own),
				...(linkLocal4 && { LinkLocal: linkLocal4 }),
				DHCP: false,
			},
		},
		IPv6: {
			Enabled: of(6, i.addresses).length > 0,
			Config: {
				DHCP: "Off",
				Manual: of(6, own),
				LinkLocal: of(6, linkLocal),
			},
		},
	};
}

function of(family: 4 | 6, addresses: readonly NetworkAddress[]) {
	return addresses
		.filter((a) => a.family === family)
		.map((a) => ({ Address: a.address, PrefixLength: a.prefixLength }));
}

/** RFC 3927 and RFC 4291, 2.5.6. */
export function isLinkLocal({ family, address }: NetworkAddress): boolean {
	return family === 4
		? address.startsWith("169.254.")
		: /^fe[89ab]/i.test(address);
}
