import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Asker } from "../discovery/asker.ts";
import { read } from "../discovery/soap.ts";
import { until } from "../helpers/media.ts";
import { type RunningService, startService } from "../helpers/service.ts";
import { type Element, element, styles } from "./element.ts";

const DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery";
const NETWORK = "http://www.onvif.org/ver10/network/wsdl";
const soap = element("http://www.w3.org/2003/05/soap-envelope");
const wsa = element("http://schemas.xmlsoap.org/ws/2004/08/addressing");
const wsd = element(DISCOVERY);

/** A Probe for network video transmitters, with a scope that the device has. */
const probe = (id: string): Element =>
	soap("Envelope", [
		soap("Header", [
			wsa("MessageID", id),
			wsa("To", "urn:schemas-xmlsoap-org:ws:2005:04:discovery"),
			wsa("Action", `${DISCOVERY}/Probe`),
		]),
		soap("Body", [
			wsd("Probe", [
				wsd("Types", {
					namespace: NETWORK,
					name: "NetworkVideoTransmitter",
				}),
				wsd("Scopes", "onvif://www.onvif.org/type/video_encoder"),
			]),
		]),
	]);

describe("namespaces in probes to the running service", () => {
	let service: RunningService;
	let asker: Asker;
	before(async () => {
		asker = new Asker(3702);
		await asker.open();
		service = await startService({
			config: { discovery: { mdns: false, interfaces: ["lo"] } },
		});
	});
	after(async () => {
		await service.remove();
		await asker.close();
	});

	for (const [number, style] of styles.entries())
		test(`DISCOVERY-2-1-${number + 1}: ${style.name}`, async () => {
			const id = `urn:uuid:${randomUUID()}`;
			asker.multicast(style.write(probe(id)));
			const xaddr = `${service.url}/onvif/device_service`;
			// Other devices of this host may answer as well.
			const answers = () =>
				asker.heard
					.filter(({ text }) => text.includes(xaddr))
					.map(({ text }) => read(text))
					.filter(({ relatesTo }) => relatesTo === id);
			await until(() => answers().length > 0, "an answer");
			const [answer] = answers();
			assert.equal(answer?.name, "ProbeMatches");
			assert.match(answer?.types ?? "", /\bNetworkVideoTransmitter\b/);
			assert.match(
				answer?.scopes ?? "",
				/onvif:\/\/www\.onvif\.org\/type\/video_encoder( |$)/,
			);
			assert.equal(answer?.xaddrs, xaddr);
		});
});
