import { asFaults } from "../camera-faults.ts";
import type { DeviceOperation } from "../context.ts";

export const GetDiscoveryMode: DeviceOperation<"GetDiscoveryMode"> = {
	access: "READ_SYSTEM",
	run: (_request, { camera }) => ({ DiscoveryMode: camera.discoveryMode }),
};

export const SetDiscoveryMode: DeviceOperation<"SetDiscoveryMode"> = {
	access: "WRITE_SYSTEM",
	async run({ DiscoveryMode }, { camera }) {
		await asFaults(camera.setDiscoveryMode(DiscoveryMode));
		return {};
	},
};
