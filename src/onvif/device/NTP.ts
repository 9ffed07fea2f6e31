import type { DeviceOperation } from "../context.ts";
import { networkHost } from "./ip.ts";

export const GetNTP: DeviceOperation<"GetNTP"> = {
	access: "READ_SYSTEM",
	run(_request, { network }) {
		const { servers, fromDhcp } = network.ntp();
		const hosts = servers.map(networkHost);
		return {
			NTPInformation: {
				FromDHCP: fromDhcp,
				...(fromDhcp ? { NTPFromDHCP: hosts } : { NTPManual: hosts }),
			},
		};
	},
};
