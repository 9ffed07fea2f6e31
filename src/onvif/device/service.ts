import { NAMESPACES } from "../../soap/namespaces.ts";
import type { OnvifService } from "../context.ts";
import {
	deviceCapabilities,
	legacyDeviceCapabilities,
	version,
} from "./facts.ts";
import { operations } from "./operations.ts";

export const deviceService: OnvifService = {
	prefix: "tds",
	namespace: NAMESPACES.tds,
	version,
	path: "/onvif/device_service",
	operations,
	capabilities: deviceCapabilities,
	legacy: {
		category: "Device",
		capabilities: (context, xaddr) => ({
			Device: legacyDeviceCapabilities(context, xaddr),
		}),
	},
};
