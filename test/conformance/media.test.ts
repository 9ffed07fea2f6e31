import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { askAgain, run } from "../helpers/run.ts";
import { administrator } from "../helpers/service.ts";
import { Messages } from "../helpers/validate.ts";
import { DeviceUnderTest, trt, tt } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { at, list, type Tree, text } from "./tree.ts";

const messages = new Messages();
const token = (tree: Tree) => text(tree, "@token");
const unique = (values: readonly string[]) =>
	assert.equal(new Set(values).size, values.length);

/** The configurations that profiles hold, and the operations that tell of them. */
const kinds = [
	{
		name: "VideoSourceConfiguration",
		cases: { profiles: "MEDIA-2-2-1", one: "MEDIA-2-2-2", uses: "MEDIA-2-2-6" },
	},
	{
		name: "VideoEncoderConfiguration",
		cases: { profiles: "MEDIA-2-3-1", one: "MEDIA-2-3-2", uses: "MEDIA-2-3-5" },
	},
] as const;

describe("the media service of the running service", () => {
	let device: DeviceUnderTest;
	before(async () => {
		device = await DeviceUnderTest.start(messages);
	});
	after(() => device.service.remove());

	async function ask(body: Element): Promise<Tree> {
		const answer = await device.ask(body);
		assert.equal(answer.status, 200, answer.text);
		return answer.body;
	}

	const profiles = async () => list(await ask(trt("GetProfiles")), "Profiles");

	test("MEDIA-1-1-1: profiles are ready, with video, and say whether they are fixed", async () => {
		const all = await profiles();
		assert.ok(
			all.some(
				(one) =>
					at(one, "VideoSourceConfiguration") &&
					at(one, "VideoEncoderConfiguration"),
			),
		);
		for (const one of all) assert.match(text(one, "@fixed"), /^(true|false)$/);
	});

	test("MEDIA-1-1-3: GetProfile tells what GetProfiles tells", async () => {
		const all = await profiles();
		unique(all.map(token));
		for (const one of all)
			assert.deepEqual(
				at(
					await ask(trt("GetProfile", [trt("ProfileToken", token(one))])),
					"Profile",
				),
				one,
			);
	});

	for (const { name, cases } of kinds) {
		const listed = async () =>
			list(await ask(trt(`Get${name}s`)), "Configurations");
		const single = async (wanted: string) =>
			at(
				await ask(trt(`Get${name}`, [trt("ConfigurationToken", wanted)])),
				"Configuration",
			);

		test(`${cases.profiles}: profiles and Get${name}s say the same`, async () => {
			const known = await listed();
			unique(known.map(token));
			for (const profile of await profiles()) {
				const held = at(profile, name);
				assert.ok(held);
				assert.deepEqual(
					known.find((one) => token(one) === token(held)),
					held,
				);
			}
		});

		test(`${cases.one}: Get${name} and Get${name}s say the same`, async () => {
			for (const one of await listed())
				assert.deepEqual(await single(token(one)), one);
		});

		test(`${cases.uses}: UseCount is the number of profiles that hold it`, async () => {
			const all = await profiles();
			for (const one of await listed()) {
				const holders = all.filter(
					(profile) => text(profile, name, "@token") === token(one),
				);
				assert.equal(text(one, "UseCount"), String(holders.length));
				for (const holder of holders)
					assert.equal(text(holder, name, "UseCount"), String(holders.length));
				const alone = await single(token(one));
				assert.equal(text(alone, "UseCount"), String(holders.length));
			}
		});
	}

	test("MEDIA-2-2-4: source configurations lie within their options", async () => {
		for (const profile of await profiles()) {
			const held = at(profile, "VideoSourceConfiguration");
			const options = at(
				await ask(
					trt("GetVideoSourceConfigurationOptions", [
						trt("ConfigurationToken", text(held, "@token")),
						trt("ProfileToken", token(profile)),
					]),
				),
				"Options",
			);
			assert.ok(
				list(options, "VideoSourceTokensAvailable").includes(
					text(held, "SourceToken"),
				),
			);
			for (const [attribute, range] of [
				["@x", "XRange"],
				["@y", "YRange"],
				["@width", "WidthRange"],
				["@height", "HeightRange"],
			] as const)
				within(
					text(held, "Bounds", attribute),
					at(options, "BoundsRange", range),
				);
		}
	});

	test("MEDIA-2-2-5: every source configuration's source exists", async () => {
		const sources = list(await ask(trt("GetVideoSources")), "VideoSources");
		unique(sources.map(token));
		const configurations = list(
			await ask(trt("GetVideoSourceConfigurations")),
			"Configurations",
		);
		for (const one of configurations)
			assert.ok(sources.map(token).includes(text(one, "SourceToken")));
	});

	test("MEDIA-2-3-4: encoder configurations lie within their options", async () => {
		for (const profile of await profiles()) {
			const held = at(profile, "VideoEncoderConfiguration");
			const options = at(
				await ask(
					trt("GetVideoEncoderConfigurationOptions", [
						trt("ConfigurationToken", text(held, "@token")),
						trt("ProfileToken", token(profile)),
					]),
				),
				"Options",
			);
			const encoding = text(held, "Encoding");
			const own = at(options, encoding);
			within(text(held, "Quality"), at(options, "QualityRange"));
			within(
				text(held, "RateControl", "FrameRateLimit"),
				at(own, "FrameRateRange"),
			);
			within(
				text(held, "RateControl", "EncodingInterval"),
				at(own, "EncodingIntervalRange"),
			);
			const sizes = list(own, "ResolutionsAvailable").map(
				(one) => `${text(one, "Width")}x${text(one, "Height")}`,
			);
			const size = `${text(held, "Resolution", "Width")}x${text(held, "Resolution", "Height")}`;
			assert.ok(sizes.includes(size), `${size} in ${sizes.join()}`);
			if (encoding === "H264")
				within(text(held, "H264", "GovLength"), at(own, "GovLengthRange"));
		}
	});

	test("MEDIA-6-1-1: every profile's snapshot is a JPEG", async () => {
		for (const profile of await profiles()) {
			const told = await ask(
				trt("GetSnapshotUri", [trt("ProfileToken", token(profile))]),
			);
			const { stdout, stderr } = await run("curl", [
				"-sSf",
				...askAgain,
				"--digest",
				"-u",
				`${administrator.name}:${administrator.password}`,
				text(told, "MediaUri", "Uri"),
			]);
			assert.ok(stdout.length > 1000, stderr);
			assert.equal(stdout.readUInt16BE(0), 0xffd8);
		}
	});

	const streamUri = (profile: string, protocol: string) =>
		device.ask(
			trt("GetStreamUri", [
				trt("StreamSetup", [
					tt("Stream", "RTP-Unicast"),
					tt("Transport", [tt("Protocol", protocol)]),
				]),
				trt("ProfileToken", profile),
			]),
		);

	test("MEDIA-7-1-2: a transport that does not exist is a fault", async () => {
		const answer = await streamUri("main", "RTP");
		assert.equal(answer.status, 400);
		assert.match(answer.text, /:Sender<.*:InvalidArgVal</);
	});

	test("MEDIA-7-1-4: a profile that does not exist is NoProfile", async () => {
		const answer = await streamUri("nothing", "UDP");
		assert.equal(answer.status, 400);
		assert.match(answer.text, /:Sender<.*:InvalidArgVal<.*:NoProfile</);
	});

	test("MEDIA-8-1-1: the media service's capabilities are told", async () => {
		const told = at(await ask(trt("GetServiceCapabilities")), "Capabilities");
		assert.equal(text(told, "@SnapshotUri"), "true");
		assert.equal(text(told, "StreamingCapabilities", "@RTP_RTSP_TCP"), "true");
		assert.match(
			text(told, "ProfileCapabilities", "@MaximumNumberOfProfiles"),
			/^\d+$/,
		);
	});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});

function within(value: string, range: Tree | undefined): void {
	const [least, most] = [text(range, "Min"), text(range, "Max")].map(Number);
	assert.notEqual(value, "");
	assert.ok(
		least !== undefined &&
			most !== undefined &&
			Number(value) >= least &&
			Number(value) <= most,
		`${value} within ${least} to ${most}`,
	);
}
