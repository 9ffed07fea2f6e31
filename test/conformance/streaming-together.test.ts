import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { trt } from "./device-under-test.ts";
import { StreamingDevice } from "./streaming-device.ts";
import { list, text } from "./tree.ts";
import { type Expected, type Transport, Watching } from "./watching.ts";

const messages = new Messages();

/** Each case twice in the specification: for three, and for all video source configurations; there is one. */
const cases: readonly (readonly [string, readonly Transport[]])[] = [
	["RTSS-1-1-27, RTSS-1-1-49", ["UDP"]],
	["RTSS-1-1-28, RTSS-1-1-50", ["HTTP"]],
	["RTSS-1-1-29, RTSS-1-1-51", ["RTSP"]],
	["RTSS-1-1-30, RTSS-1-1-52", ["UDP", "HTTP", "RTSP"]],
];

describe("the guaranteed number of video encoder instances", () => {
	let device: StreamingDevice;
	before(async () => {
		device = await StreamingDevice.start(messages);
	});
	after(() => device.remove());

	for (const [ids, transports] of cases)
		test(`${ids}: all at once over ${transports.join(", ")}`, async (t) => {
			const sources = list(
				await device.ask(trt("GetVideoSourceConfigurations")),
				"Configurations",
			);
			assert.equal(sources.length, 1);
			const told = await device.ask(
				trt("GetGuaranteedNumberOfVideoEncoderInstances", [
					trt("ConfigurationToken", text(sources[0], "@token")),
				]),
			);
			const configurations = await device.configurations();
			assert.equal(
				text(told, "TotalNumber"),
				String(configurations.length),
				"as many as there are profiles for",
			);
			const all = await Promise.all(
				configurations.map(async (one, index) => {
					const transport = transports[index % transports.length] ?? "UDP";
					const profile = await device.profileWith(text(one, "@token"));
					const uri = await device.streamUri(profile, transport);
					const watching = await Watching.start(t, uri, transport);
					return { watching, expected: expectedOf(one) };
				}),
			);
			for (const { watching, expected } of all) await watching.check(expected);
			for (const { watching } of all) await watching.teardown();
		});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});

function expectedOf(one: Parameters<typeof text>[0]): Expected {
	return {
		encoding: text(one, "Encoding") === "JPEG" ? "JPEG" : "H264",
		width: Number(text(one, "Resolution", "Width")),
		height: Number(text(one, "Resolution", "Height")),
	};
}
