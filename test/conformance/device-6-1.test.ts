import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import {
	DeviceUnderTest,
	security,
	tds,
	trt,
	tt,
} from "./device-under-test.ts";
import { styles } from "./element.ts";
import { at, list, text } from "./tree.ts";

const messages = new Messages();

describe("namespaces in requests to the running service", () => {
	let device: DeviceUnderTest;
	before(async () => {
		device = await DeviceUnderTest.start(messages);
	});
	after(() => device.service.remove());

	// The cases set DNS servers or a metadata configuration's name. The device's network is not ours to set, and it has
	// no metadata: what is set here is the name of the video source configuration.
	for (const [number, style] of styles.entries())
		test(`DEVICE-6-1-${number + 1}: ${style.name}`, async () => {
			const ask = async (body: Parameters<DeviceUnderTest["ask"]>[0]) => {
				const answer = await device.ask(body, [security()], style);
				assert.equal(answer.status, 200, answer.text);
				return answer.body;
			};
			const dns = await ask(tds("GetDNS"));
			assert.match(text(dns, "DNSInformation", "FromDHCP"), /^(true|false)$/);
			const [before] = list(
				await ask(trt("GetVideoSourceConfigurations")),
				"Configurations",
			);
			const bounds = ["x", "y", "width", "height"].map((name) => [
				name,
				text(before, "Bounds", `@${name}`),
			]);
			const rename = (name: string) =>
				trt("SetVideoSourceConfiguration", [
					trt(
						"Configuration",
						[
							tt("Name", name),
							tt("UseCount", "0"),
							tt("SourceToken", text(before, "SourceToken")),
							tt("Bounds", [], Object.fromEntries(bounds)),
						],
						{ token: text(before, "@token") },
					),
					trt("ForcePersistence", "true"),
				]);
			const get = trt("GetVideoSourceConfiguration", [
				trt("ConfigurationToken", text(before, "@token")),
			]);
			await ask(rename("TestName1"));
			assert.equal(text(await ask(get), "Configuration", "Name"), "TestName1");
			await ask(rename(text(before, "Name")));
			assert.deepEqual(at(await ask(get), "Configuration"), before);
		});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
