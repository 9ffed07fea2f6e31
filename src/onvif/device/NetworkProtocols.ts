import type { DeviceOperation } from "../context.ts";

export const GetNetworkProtocols: DeviceOperation<"GetNetworkProtocols"> = {
	access: "READ_SYSTEM",
	run: (_request, { ports }) => ({
		NetworkProtocols: [
			{ Name: "HTTP", Enabled: true, Port: [ports.http] },
			{ Name: "RTSP", Enabled: true, Port: [ports.rtsp] },
		],
	}),
};
