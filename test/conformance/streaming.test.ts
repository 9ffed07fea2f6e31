import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { noIpv6 } from "../helpers/no-ipv6.ts";
import { Messages } from "../helpers/validate.ts";
import { header } from "../rtsp/rtsp-client.ts";
import { trt } from "./device-under-test.ts";
import { StreamingDevice } from "./streaming-device.ts";
import { type Expected, type Transport, Watching } from "./watching.ts";

type Case = readonly [string, Expected["encoding"], Transport];

const byHost: Readonly<Record<string, readonly Case[]>> = {
	"127.0.0.1": [
		["RTSS-1-1-34", "JPEG", "UDP"],
		["RTSS-1-1-35", "JPEG", "HTTP"],
		["RTSS-1-1-36", "JPEG", "RTSP"],
		["RTSS-1-1-45", "JPEG", "HTTP with line breaks"],
		["RTSS-1-1-41", "H264", "UDP"],
		["RTSS-1-1-42", "H264", "HTTP"],
		["RTSS-1-1-43", "H264", "RTSP"],
	],
	"::1": [
		["RTSS-1-1-54", "JPEG", "UDP"],
		["RTSS-1-1-55", "JPEG", "HTTP"],
		["RTSS-1-1-56", "JPEG", "RTSP"],
		["RTSS-1-1-60", "H264", "UDP"],
		["RTSS-1-1-61", "H264", "HTTP"],
		["RTSS-1-1-62", "H264", "RTSP"],
	],
};

for (const [host, cases] of Object.entries(byHost))
	describe(`streaming from ${host}`, {
		skip: host === "::1" && noIpv6,
	}, () => {
		const messages = new Messages();
		let device: StreamingDevice;
		before(async () => {
			device = await StreamingDevice.start(messages, host);
		});
		after(() => device.remove());

		for (const [id, encoding, transport] of cases)
			test(`${id}: ${encoding} over ${transport}`, async (t) => {
				const { profile, expected } = await device.ready(encoding);
				const watching = await Watching.start(
					t,
					await device.streamUri(profile, transport),
					transport,
				);
				await watching.check(expected);
				await watching.teardown();
			});

		if (host === "127.0.0.1") {
			test("RTSS-1-1-31: OPTIONS names the methods, and each of them is answered", async (t) => {
				const { profile, expected } = await device.ready("JPEG");
				const uri = await device.streamUri(profile, "UDP");
				const watching = await Watching.start(t, uri, "UDP");
				const options = await watching.client.request("OPTIONS", uri);
				assert.equal(options.status, 200);
				const methods = header(options, "public").split(", ");
				for (const method of [
					...["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"],
					"SET_PARAMETER",
				])
					assert.ok(methods.includes(method), method);
				await watching.check(expected);
				await watching.teardown();
				const { status } = await watching.client.request("PLAY", uri, {
					Session: watching.session,
				});
				assert.equal(status, 454, "the session is gone");
			});

			test("RTSS-1-1-44: SetSynchronizationPoint brings a key frame before its time", async (t) => {
				const { profile, expected } = await device.ready("H264", {
					govLength: 300,
				});
				const watching = await Watching.start(
					t,
					await device.streamUri(profile, "UDP"),
					"UDP",
				);
				await watching.check(expected);
				const known = watching.rtp.length;
				await device.ask(
					trt("SetSynchronizationPoint", [trt("ProfileToken", profile)]),
				);
				const later = () => watching.rtp.slice(known);
				await until(() => later().some(startsKeyFrame), "a key frame");
				const before = later().slice(0, later().findIndex(startsKeyFrame));
				const pictures = before.filter(endsPicture).length;
				assert.ok(pictures < 250, `after ${pictures} of 300 pictures`);
				await watching.teardown();
			});
		}

		test(`every answer above is as the schemas have it, ${host}`, (t) =>
			messages.validate(t));
	});

/** The marker (RFC 6184, 5.1). */
const endsPicture = (packet: Buffer) => (packet.readUInt8(1) & 0x80) !== 0;

/** An IDR picture, or the first piece of one (RFC 6184, 5.4). */
function startsKeyFrame(packet: Buffer): boolean {
	const header = 12 + 4 * (packet.readUInt8(0) & 0x0f);
	const type = packet.readUInt8(header) & 0x1f;
	return (type === 28 ? packet.readUInt8(header + 1) & 0x1f : type) === 5;
}
