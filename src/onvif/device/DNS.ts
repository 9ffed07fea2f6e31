import { isIP } from "node:net";
import type { DeviceOperation } from "../context.ts";
import { ipAddress, withoutZone } from "./ip.ts";

export const GetDNS: DeviceOperation<"GetDNS"> = {
	access: "READ_SYSTEM",
	run(_request, { network }) {
		const { servers, searchDomains, fromDhcp } = network.dns();
		const addresses = servers
			.filter((server) => isIP(withoutZone(server)) !== 0)
			.map(ipAddress);
		return {
			DNSInformation: {
				FromDHCP: fromDhcp,
				SearchDomain: searchDomains,
				...(fromDhcp ? { DNSFromDHCP: addresses } : { DNSManual: addresses }),
			},
		};
	},
};
