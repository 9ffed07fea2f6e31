import { httpUrl } from "../addresses.ts";
import type { DeviceOperation } from "../context.ts";

/** Computed from what is served. npm onvif takes a lone Service for none at all, so there have to be two. */
export const GetServices: DeviceOperation<"GetServices"> = {
	access: "PRE_AUTH",
	run({ IncludeCapability }, context) {
		return {
			Service: context.services.map((service) => ({
				Namespace: service.namespace,
				XAddr: httpUrl(context, service.path),
				...(IncludeCapability && {
					Capabilities: {
						$any: [
							{
								element: `${service.prefix}:Capabilities`,
								value: service.capabilities(context),
							},
						],
					},
				}),
				Version: service.version,
			})),
		};
	},
};
