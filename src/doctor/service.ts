import { isIPv6 } from "node:net";
import { keptEndpointReference } from "../camera/identity.ts";
import { portHolder } from "../system/port-holder.ts";
import { reasonOf, Trouble } from "./finding.ts";
import { type Patient, startLine } from "./patient.ts";
import { SoapClient } from "./soap-client.ts";

/** What answers at the configured HTTP port. */
export type Service =
	| {
			readonly kind: "running";
			/** `http://127.0.0.1:8080` */
			readonly url: string;
			readonly endpointReference: string;
			/** Undefined where this user may not see it. */
			readonly pid: number | undefined;
	  }
	| { readonly kind: "absent"; readonly trouble: Trouble };

/** Knocks at the configured HTTP port and asks whoever is there for its endpoint reference. */
export async function findService(patient: Patient): Promise<Service> {
	const { config, wsdlFolder } = patient;
	const { port } = config.http;
	const url = `http://${hostToReach(config.http.host)}:${port}`;
	const absent = (detail: string, remedy: string): Service => ({
		kind: "absent",
		trouble: new Trouble(detail, remedy),
	});
	if (port === 0)
		return absent(
			"http.port is 0: a service with this configuration cannot be found",
			"set http.port in the configuration",
		);
	try {
		const client = await SoapClient.create({
			wsdlFolder,
			service: "device",
			endpoint: `${url}/onvif/device_service`,
		});
		const { GUID } = await client.call("GetEndpointReference");
		const endpointReference = String(GUID);
		const kept = await keptEndpointReference(config.stateDir).catch(
			() => undefined,
		);
		if (kept !== undefined && kept !== endpointReference)
			return absent(
				`${url} is another camera's: ${endpointReference}; this one is ${kept}`,
				"set http.port in the configuration to a port of its own",
			);
		const pid = (await portHolder(port))?.pid;
		return { kind: "running", url, endpointReference, pid };
	} catch (error) {
		const start = `start it: ${startLine(patient)}`;
		if (isRefused(error)) return absent(`nothing answers at ${url}`, start);
		return absent(
			`what answers at ${url} is no onvifd that is well: ${reasonOf(error)}`,
			`stop the program at port ${port} and start the service: ${startLine(patient)}`,
		);
	}
}

function isRefused(error: unknown): boolean {
	return (
		error instanceof Error && "code" in error && error.code === "ECONNREFUSED"
	);
}

/** Where a listener on `host` (null for everywhere) can be reached from here, as it stands in a URL. */
export function hostToReach(host: string | null): string {
	if (host === null || host === "0.0.0.0") return "127.0.0.1";
	if (host === "::") return "[::1]";
	return isIPv6(host) ? `[${host}]` : host;
}
