import { NAMESPACES } from "../../soap/namespaces.ts";
import type { OnvifService } from "../context.ts";
import {
	legacyMediaCapabilities,
	mediaCapabilities,
	version,
} from "./facts.ts";
import { operations } from "./operations.ts";

export const mediaService: OnvifService = {
	prefix: "trt",
	namespace: NAMESPACES.trt,
	version,
	path: "/onvif/media_service",
	operations,
	capabilities: mediaCapabilities,
	legacy: {
		category: "Media",
		capabilities: (context, xaddr) => ({
			Media: legacyMediaCapabilities(context, xaddr),
		}),
	},
};
