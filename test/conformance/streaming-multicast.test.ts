import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noNamespaces } from "../discovery/namespaces.ts";
import { until } from "../helpers/media.ts";
import { Messages } from "../helpers/validate.ts";
import { header } from "../rtsp/rtsp-client.ts";
import { trt } from "./device-under-test.ts";
import { Ear } from "./ear.ts";
import { groupOfProcess, groupPort } from "./groups.ts";
import { ownHost, runOnOwnHost } from "./own-host.ts";
import { decode } from "./rtp-decoder.ts";
import { type Group, StreamingDevice } from "./streaming-device.ts";
import { text } from "./tree.ts";
import { type Expected, Watching } from "./watching.ts";

const own = ownHost;
const host = own ?? "127.0.0.1";
const groupOf = (n: number) => (own ? `ff15::4f:${n}` : groupOfProcess(79, n));
const address = groupOf(1);
const other = groupOf(2);
const port = groupPort;

type Case = readonly [string, Expected["encoding"]];
const plain: readonly Case[] = own
	? [
			["RTSS-1-2-16", "JPEG"],
			["RTSS-1-2-18", "H264"],
		]
	: [
			["RTSS-1-2-13", "JPEG"],
			["RTSS-1-2-15", "H264"],
		];
const chosen = own ? "RTSS-1-2-22" : "RTSS-1-2-21";

describe(`multicast from ${host}`, () => {
	const messages = new Messages();
	let device: StreamingDevice;
	before(async () => {
		device = await StreamingDevice.start(messages, host);
	});
	after(() => device.remove());

	for (const [id, encoding] of plain)
		test(`${id}: ${encoding}`, async (t) => {
			const group = { address, port, ttl: 1 };
			const { profile, expected } = await device.ready(encoding, { group });
			const uri = await device.streamUri(profile, "Multicast");
			const watching = await Watching.start(t, uri, "Multicast");
			checkGroup(watching, group);
			await watching.check(expected);
			await watching.teardown();
		});

	test(`${chosen}: group and port chosen in SETUP`, async (t) => {
		const group = { address: other, port: port + 10, ttl: 3 };
		const { profile, expected } = await device.ready("JPEG", { group });
		const uri = await device.streamUri(profile, "Multicast");
		const watching = await Watching.start(t, uri, "Multicast", group);
		checkGroup(watching, group);
		await watching.check(expected);
		await watching.teardown();
	});

	if (own === undefined) only4();

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));

	function only4(): void {
		test("RTSS-5-1-7: StartMulticastStreaming and StopMulticastStreaming of JPEG", async (t) => {
			const group = { address, port: port + 20, ttl: 1 };
			const { profile, expected } = await device.ready("JPEG", { group });
			await startsAndStops(t, profile, group, expected);
		});

		for (const [id, place] of [
			["RTSS-1-2-19: one address, a port each", (n) => [address, n]],
			["RTSS-1-2-20: an address each, one port", (n) => [groupOf(n), 0]],
		] satisfies [string, (n: number) => [string, number]][])
			test(id, async (t) => {
				const all = await Promise.all(
					(await device.configurations()).map(async (one, index) => {
						const token = text(one, "@token");
						const [at, offset] = place(index + 1);
						const group = {
							address: at,
							port: port + 40 + 10 * offset,
							ttl: 1,
						};
						await device.change(token, { group });
						const profile = await device.profileWith(token);
						return { profile, group, expected: expectedOf(one) };
					}),
				);
				for (const { profile, group, expected } of all)
					await startsAndStops(t, profile, group, expected);
			});

		test("RTSS-1-2-12, RTSS-1-2-23: all configurations at once", async (t) => {
			const all = await Promise.all(
				(await device.configurations()).map(async (one, index) => {
					const token = text(one, "@token");
					const group = { address, port: port + 100 + 10 * index, ttl: 1 };
					await device.change(token, { group });
					const profile = await device.profileWith(token);
					const uri = await device.streamUri(profile, "Multicast");
					const watching = await Watching.start(t, uri, "Multicast");
					return { watching, expected: expectedOf(one) };
				}),
			);
			for (const { watching, expected } of all) await watching.check(expected);
			for (const { watching } of all) await watching.teardown();
		});
	}

	async function startsAndStops(
		t: Parameters<typeof Ear.open>[0],
		profile: string,
		group: Group,
		{ encoding, width, height }: Expected,
	): Promise<void> {
		const ear = await Ear.open(t, group, host);
		const call = (operation: string) =>
			device.ask(trt(operation, [trt("ProfileToken", profile)]));
		await call("StartMulticastStreaming");
		await until(() => {
			const { rtp, rtcp } = ear.received();
			return rtp.filter(isLast).length >= 4 && rtcp.length > 0;
		}, "pictures and a sender report");
		const { rtp, rtcp } = ear.received();
		assert.equal(rtcp[0]?.readUInt8(1), 200);
		const type = (rtp[0]?.readUInt8(1) ?? 0) & 0x7f;
		const decoded = await decode(encoding, type, rtp);
		assert.ok(decoded.pictures > 0);
		assert.deepEqual([decoded.width, decoded.height], [width, height]);
		await call("StopMulticastStreaming");
		await until(
			() => ear.received().rtcp.some((packet) => isBye(packet)),
			"goodbye",
		);
		await ear.clear();
		// Three pictures' time at the slowest profile's rate.
		await new Promise((resolve) => setTimeout(resolve, 600));
		assert.equal(ear.received().rtp.length, 0, "it stopped");
	}
});

test(
	"the cases of IPv6, on a host of their own",
	{ skip: own ? "this is that host" : noNamespaces() },
	() =>
		runOnOwnHost(import.meta.filename, [
			...["RTSS-1-2-16", "RTSS-1-2-18", "RTSS-1-2-22"],
		]),
);

function checkGroup({ setup }: Watching, { address, port, ttl }: Group): void {
	const transport = header(setup, "transport");
	assert.match(transport, new RegExp(`;destination=${address}(;|$)`));
	assert.match(transport, new RegExp(`;port=${port}-${port + 1}(;|$)`));
	assert.match(transport, new RegExp(`;ttl=${ttl}(;|$)`));
}

/** The marker ends a picture (RFC 2435, RFC 6184). */
function isLast(packet: Buffer): boolean {
	return (packet.readUInt8(1) & 0x80) !== 0;
}

function isBye(packet: Buffer): boolean {
	return packet.length > 8 && packet.readUInt8(packet.length - 7) === 203;
}

function expectedOf(one: Parameters<typeof text>[0]): Expected {
	return {
		encoding: text(one, "Encoding") === "JPEG" ? "JPEG" : "H264",
		width: Number(text(one, "Resolution", "Width")),
		height: Number(text(one, "Resolution", "Height")),
	};
}
