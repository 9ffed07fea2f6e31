import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { DeviceUnderTest, trt, tt } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { at, list, type Tree, text } from "./tree.ts";

const messages = new Messages();
const token = (tree: Tree | undefined) => text(tree, "@token");
const kinds = [
	{
		name: "AudioSourceConfiguration",
		cases: {
			profiles: "MEDIA-3-2-1",
			one: "MEDIA-3-2-2",
			uses: "MEDIA-3-2-6",
			twice: "MEDIA-3-2-12",
			removed: "MEDIA-3-2-14",
			deleted: "MEDIA-3-2-15",
			set: "MEDIA-3-2-16",
		},
	},
	{
		name: "AudioEncoderConfiguration",
		cases: {
			profiles: "MEDIA-3-3-1",
			one: "MEDIA-3-3-2",
			uses: "MEDIA-3-3-5",
			twice: "MEDIA-3-3-12",
			removed: "MEDIA-3-3-14",
			deleted: "MEDIA-3-3-15",
			set: "MEDIA-3-3-16",
		},
	},
] as const;

describe("sound in the media service of the running service", () => {
	let device: DeviceUnderTest;
	before(async () => {
		device = await DeviceUnderTest.start(messages, {
			config: { audio: { source: "test" } },
		});
	});
	after(() => device.service.remove());

	async function ask(body: Element): Promise<Tree> {
		const answer = await device.ask(body);
		assert.equal(answer.status, 200, answer.text);
		return answer.body;
	}
	async function refused(body: Element, subcode: string): Promise<void> {
		const answer = await device.ask(body);
		assert.equal(answer.status, 400);
		assert.match(
			answer.text,
			new RegExp(`:Sender<.*:InvalidArgVal<.*:${subcode}<`),
		);
	}
	const profiles = async () => list(await ask(trt("GetProfiles")), "Profiles");
	const ofProfile = (profile: string) => [trt("ProfileToken", profile)];
	const ofBoth = (profile: string, configuration: string) => [
		...ofProfile(profile),
		trt("ConfigurationToken", configuration),
	];
	const listed = async (name: string) =>
		list(await ask(trt(`Get${name}s`)), "Configurations");
	const single = async (name: string, wanted: string) =>
		at(
			await ask(trt(`Get${name}`, [trt("ConfigurationToken", wanted)])),
			"Configuration",
		);
	const uses = async (name: string, wanted: string) =>
		Number(text(await single(name, wanted), "UseCount"));
	/** Runs with a profile that holds nothing yet, and deletes it. */
	async function withProfile(work: (profile: string) => Promise<void>) {
		const created = await ask(
			trt("CreateProfile", [trt("Name", "NewName"), trt("Token", "talk")]),
		);
		const profile = token(at(created, "Profile"));
		try {
			await work(profile);
		} finally {
			if ((await profiles()).some((one) => token(one) === profile))
				await ask(trt("DeleteProfile", ofProfile(profile)));
		}
	}

	for (const { name, cases } of kinds) {
		test(`${cases.profiles}: profiles and Get${name}s say the same`, async () => {
			const known = await listed(name);
			assert.ok(known.length > 0);
			assert.equal(new Set(known.map(token)).size, known.length);
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
			for (const one of await listed(name))
				assert.deepEqual(await single(name, token(one)), one);
		});

		test(`${cases.uses}: UseCount is the number of profiles that hold it`, async () => {
			const all = await profiles();
			for (const one of await listed(name)) {
				const holders = all.filter(
					(profile) => token(at(profile, name)) === token(one),
				);
				assert.equal(text(one, "UseCount"), String(holders.length));
			}
		});

		test(`${cases.twice}: the same one twice in a profile counts once`, () =>
			withProfile(async (profile) => {
				const [first = ""] = (await listed(name)).map(token);
				const count = await uses(name, first);
				for (const _ of [1, 2]) {
					await ask(trt(`Add${name}`, ofBoth(profile, first)));
					assert.equal(await uses(name, first), count + 1);
				}
			}));

		test(`${cases.removed}: taken out of a profile it counts one less`, () =>
			withProfile(async (profile) => {
				const [first = ""] = (await listed(name)).map(token);
				const count = await uses(name, first);
				await ask(trt(`Add${name}`, ofBoth(profile, first)));
				// The second one has nothing to take out, and succeeds.
				for (const _ of [1, 2]) {
					await ask(trt(`Remove${name}`, ofProfile(profile)));
					assert.equal(await uses(name, first), count);
				}
			}));

		test(`${cases.deleted}: a deleted profile counts no more`, () =>
			withProfile(async (profile) => {
				const [first = ""] = (await listed(name)).map(token);
				const count = await uses(name, first);
				await ask(trt(`Add${name}`, ofBoth(profile, first)));
				await ask(trt("DeleteProfile", ofProfile(profile)));
				assert.equal(await uses(name, first), count);
			}));
	}

	test("MEDIA-3-1-7: options by profile, configuration, both and neither", async () => {
		const operation = "GetAudioSourceConfigurationOptions";
		const available = async (about: readonly Element[]) => {
			const tokens = list(
				await ask(trt(operation, about)),
				"Options",
				"InputTokensAvailable",
			);
			assert.deepEqual(tokens, ["audio"]);
		};
		await available([]);
		for (const profile of (await profiles()).map(token)) {
			const [compatible = ""] = list(
				await ask(
					trt("GetCompatibleAudioSourceConfigurations", ofProfile(profile)),
				),
				"Configurations",
			).map(token);
			await available([trt("ConfigurationToken", compatible)]);
			await available(ofProfile(profile));
			await available([
				trt("ConfigurationToken", compatible),
				trt("ProfileToken", profile),
			]);
		}
	});

	test("MEDIA-3-1-17: GetAudioSourceConfiguration of none", () =>
		refused(
			trt("GetAudioSourceConfiguration", [trt("ConfigurationToken", "none")]),
			"NoConfig",
		));
	test("MEDIA-3-1-18: options for a profile that is none", () =>
		refused(
			trt("GetAudioSourceConfigurationOptions", ofProfile("none")),
			"NoProfile",
		));
	test("MEDIA-3-1-19: options for a configuration that is none", () =>
		refused(
			trt("GetAudioSourceConfigurationOptions", [
				trt("ConfigurationToken", "none"),
			]),
			"NoConfig",
		));

	const sourceConfiguration = (
		configuration: string,
		source: string,
		useCount = "1",
	) =>
		trt("SetAudioSourceConfiguration", [
			trt(
				"Configuration",
				[
					tt("Name", "New name"),
					tt("UseCount", useCount),
					tt("SourceToken", source),
				],
				{ token: configuration },
			),
			trt("ForcePersistence", "false"),
		]);

	test("MEDIA-3-1-20: SetAudioSourceConfiguration of none", () =>
		refused(sourceConfiguration("none", "audio"), "NoConfig"));

	test("MEDIA-3-1-22, MEDIA-3-2-16: a source configuration is set, its UseCount is not", async () => {
		const name = "AudioSourceConfiguration";
		const [first] = await listed(name);
		await refused(sourceConfiguration(token(first), "none"), "ConfigModify");
		await ask(sourceConfiguration(token(first), "audio", "77"));
		const changed = await single(name, token(first));
		assert.equal(text(changed, "Name"), "New name");
		assert.equal(text(changed, "UseCount"), text(first, "UseCount"));
	});

	const encoderOptions = async (about: readonly Element[] = []) => {
		const told = await ask(trt("GetAudioEncoderConfigurationOptions", about));
		return list(told, "Options", "Options").map((one) => ({
			encoding: text(one, "Encoding"),
			bitrates: list(one, "BitrateList", "Items").map(Number),
			sampleRates: list(one, "SampleRateList", "Items").map(Number),
		}));
	};

	function setEncoder(
		configuration: Tree,
		to: { encoding: string; bitrate: number; sampleRate: number },
		useCount = text(configuration, "UseCount"),
	) {
		return trt("SetAudioEncoderConfiguration", [
			trt(
				"Configuration",
				[
					tt("Name", text(configuration, "Name")),
					tt("UseCount", useCount),
					tt("Encoding", to.encoding),
					tt("Bitrate", String(to.bitrate)),
					tt("SampleRate", String(to.sampleRate)),
					tt("Multicast", [
						tt("Address", [tt("Type", "IPv4"), tt("IPv4Address", "0.0.0.0")]),
						tt("Port", "0"),
						tt("TTL", "1"),
						tt("AutoStart", "false"),
					]),
					tt("SessionTimeout", "PT60S"),
				],
				{ token: token(configuration) },
			),
			trt("ForcePersistence", "false"),
		]);
	}

	for (const [encoding, id] of [
		["AAC", "MEDIA-3-1-16"],
		["G711", "MEDIA-3-1-14"],
	] as const)
		test(`${id}, MEDIA-3-1-21, MEDIA-3-3-16: ${encoding} is set as its options say, and not otherwise`, async () => {
			const name = "AudioEncoderConfiguration";
			const [first] = await listed(name);
			assert.ok(first);
			const option = (
				await encoderOptions([trt("ConfigurationToken", token(first))])
			).find((one) => one.encoding === encoding);
			assert.ok(option);
			const [bitrate = 0] = option.bitrates;
			const [sampleRate = 0] = option.sampleRates;
			const outside = Math.max(...option.bitrates) + 1;
			await refused(
				setEncoder(first, { encoding, bitrate: outside, sampleRate }),
				"ConfigModify",
			);
			assert.deepEqual(await single(name, token(first)), first);
			await ask(setEncoder(first, { encoding, bitrate, sampleRate }, "77"));
			const changed = await single(name, token(first));
			assert.deepEqual(
				["Encoding", "Bitrate", "SampleRate", "UseCount"].map((key) =>
					text(changed, key),
				),
				[
					encoding,
					String(bitrate),
					String(sampleRate),
					text(first, "UseCount"),
				],
			);
		});

	test("MEDIA-3-1-23: an encoder configuration is put into a profile and taken out", () =>
		withProfile(async (profile) => {
			const add = async (name: string) => {
				const [first = ""] = list(
					await ask(trt(`GetCompatible${name}s`, ofProfile(profile))),
					"Configurations",
				).map(token);
				await ask(trt(`Add${name}`, ofBoth(profile, first)));
				return first;
			};
			const held = async (name: string) => {
				const told = await ask(trt("GetProfile", ofProfile(profile)));
				return token(at(told, "Profile", name));
			};
			for (const { name } of kinds)
				assert.equal(await add(name), await held(name));
			for (const { name } of kinds.toReversed()) {
				await ask(trt(`Remove${name}`, ofProfile(profile)));
				assert.equal(await held(name), "");
			}
		}));

	test("MEDIA-3-2-3, MEDIA-3-2-4: source configurations lie within their options", async () => {
		for (const profile of await profiles()) {
			const held = at(profile, "AudioSourceConfiguration");
			for (const about of [
				[trt("ConfigurationToken", token(held))],
				ofProfile(token(profile)),
			]) {
				const tokens = list(
					await ask(trt("GetAudioSourceConfigurationOptions", about)),
					"Options",
					"InputTokensAvailable",
				);
				assert.equal(new Set(tokens).size, tokens.length);
				assert.ok(tokens.includes(text(held, "SourceToken")));
			}
		}
	});

	test("MEDIA-3-2-5: every source configuration's source exists", async () => {
		const sources = list(await ask(trt("GetAudioSources")), "AudioSources").map(
			token,
		);
		for (const one of await listed("AudioSourceConfiguration"))
			assert.ok(sources.includes(text(one, "SourceToken")));
	});

	test("MEDIA-3-3-3, MEDIA-3-3-4: encoder configurations lie within their options", async () => {
		for (const profile of await profiles()) {
			const held = at(profile, "AudioEncoderConfiguration");
			for (const about of [
				[trt("ConfigurationToken", token(held))],
				ofProfile(token(profile)),
			]) {
				const option = (await encoderOptions(about)).find(
					({ encoding }) => encoding === text(held, "Encoding"),
				);
				assert.ok(option);
				assert.ok(option.bitrates.includes(Number(text(held, "Bitrate"))));
				assert.ok(
					option.sampleRates.includes(Number(text(held, "SampleRate"))),
				);
			}
		}
	});

	test("MEDIA-3-3-11: rates are told in kbit/s and kHz, those of one among those of all", async () => {
		const general = await encoderOptions();
		for (const { bitrates, sampleRates } of general) {
			assert.ok(bitrates.length > 0 && bitrates.every((one) => one < 10_000));
			assert.ok(sampleRates.every((one) => one < 1000));
		}
		for (const one of await listed("AudioEncoderConfiguration"))
			assert.deepEqual(
				await encoderOptions([trt("ConfigurationToken", token(one))]),
				general,
			);
	});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
