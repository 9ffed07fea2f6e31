import type { DeviceOperation } from "../context.ts";

export const GetNetworkProtocols: DeviceOperation<"GetNetworkProtocols"> = {
	access: "READ_SYSTEM",
	run: (_request, { ports }) => ({
		NetworkProtocols: [
			{ Name: "HTTP", Enabled: true, Port: [ports.http] },
			...(ports.https === undefined
				? []
				: [{ Name: "HTTPS" as const, Enabled: true, Port: [ports.https] }]),
			{ Name: "RTSP", Enabled: true, Port: [ports.rtsp] },
		],
	}),
};
