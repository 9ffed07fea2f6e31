import { readFile } from "node:fs/promises";
import path from "node:path";
import type { FastifyPluginAsync } from "fastify";
import { hostOf, protocolOf } from "./http-request.ts";
import type { Prefix } from "./namespaces.ts";
import { publicUrlOf } from "./public-url.ts";

/** Stands in the generated files where the address goes that the asker reached us at. */
export const ADDRESS_PLACEHOLDER = "http://onvifd.invalid";

/** Name of a service's WSDL, `.wsdl` left out. */
export const WSDL_NAMES: Readonly<Partial<Record<Prefix, string>>> = {
	tds: "device",
	trt: "media",
	tr2: "media2",
	tev: "events",
	timg: "imaging",
	tptz: "ptz",
	tmd: "deviceio",
	tan: "analytics",
};

export interface WsdlOptions {
	/** The folder that holds `device.wsdl` and the others. */
	readonly folder: string;
	readonly services: readonly { readonly prefix: Prefix }[];
	/** What clients write who do not reach the service directly. */
	readonly publicUrl?: string | null;
}

/** Where GetWsdlUrl points (Core spec, "Get WSDL URL"). */
export const WSDL_PATH = "/onvif/wsdl";

/**
 * A Fastify plugin that serves the WSDL of every service under /onvif/wsdl/, to anybody, with the address in it at
 * which it was asked for. The files are read when they are asked for, which is seldom.
 */
export function wsdlRoutes(options: WsdlOptions): FastifyPluginAsync {
	return async (instance) => {
		for (const { prefix } of options.services) {
			const name = WSDL_NAMES[prefix];
			if (name === undefined) continue;
			const file = path.join(options.folder, `${name}.wsdl`);
			instance.get(`${WSDL_PATH}/${name}.wsdl`, async (request, reply) => {
				const { localAddress = "127.0.0.1", localPort = 80 } =
					request.raw.socket;
				const reached = `${protocolOf(request)}://${hostOf(localAddress)}:${localPort}`;
				const origin =
					publicUrlOf(options.publicUrl ?? null, request.headers) ?? reached;
				const text = await readFile(file, "utf8");
				return reply
					.type("text/xml; charset=utf-8")
					.send(text.replace(ADDRESS_PLACEHOLDER, origin));
			});
		}
	};
}
