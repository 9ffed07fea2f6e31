import type { DeviceOperation } from "../context.ts";

/** The same address that WS-Discovery announces. */
export const GetEndpointReference: DeviceOperation<"GetEndpointReference"> = {
	access: "PRE_AUTH",
	run: (_request, { camera }) => ({ GUID: camera.identity.endpointReference }),
};
