import { isIP } from "node:net";
import type { DeviceOperation } from "../context.ts";
import { withoutZone } from "./ip.ts";

export const GetNetworkDefaultGateway: DeviceOperation<"GetNetworkDefaultGateway"> =
	{
		access: "READ_SYSTEM",
		run(_request, { network }) {
			const gateways = network.defaultGateways().map(withoutZone);
			return {
				NetworkGateway: {
					IPv4Address: gateways.filter((g) => isIP(g) === 4),
					IPv6Address: gateways.filter((g) => isIP(g) === 6),
				},
			};
		},
	};
