import type { DeviceOperation } from "../context.ts";

export const GetHostname: DeviceOperation<"GetHostname"> = {
	access: "PRE_AUTH",
	run: (_request, { network }) => ({
		HostnameInformation: { FromDHCP: false, Name: network.hostname() },
	}),
};
