import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { trt, tt } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { soundUnderTest, token } from "./sound-under-test.ts";
import { at, list, type Tree, text } from "./tree.ts";

const messages = new Messages();
const OUTPUT = "AudioOutputConfiguration";
const DECODER = "AudioDecoderConfiguration";

describe("the loudspeaker in the media service of the running service", () => {
	const { ask, refused, profiles, ofProfile, listed, single, withProfile } =
		soundUnderTest(messages, { output: "test" });
	const ofConfiguration = (configuration: string) => [
		trt("ConfigurationToken", configuration),
	];
	const held = (profile: Tree | undefined, name: string) =>
		at(profile, "Extension", name);
	const compatible = async (name: string, profile: string) =>
		list(
			await ask(trt(`GetCompatible${name}s`, ofProfile(profile))),
			"Configurations",
		);
	const options = async (about: readonly Element[]) =>
		at(await ask(trt(`Get${OUTPUT}Options`, about)), "Options");
	const set = (
		configuration: Tree | undefined,
		change: { name?: string; level?: string; output?: string; token?: string },
	) =>
		trt(`Set${OUTPUT}`, [
			trt(
				"Configuration",
				[
					tt("Name", change.name ?? text(configuration, "Name")),
					tt("UseCount", text(configuration, "UseCount") || "0"),
					tt(
						"OutputToken",
						change.output ?? text(configuration, "OutputToken"),
					),
					tt("OutputLevel", change.level ?? text(configuration, "OutputLevel")),
				],
				{ token: change.token ?? token(configuration) },
			),
			trt("ForcePersistence", "false"),
		]);

	test("MEDIA-3-4-4: what the options list can be set", async () => {
		for (const one of await listed(OUTPUT)) {
			const offered = await options(ofConfiguration(token(one)));
			const [output = ""] = list(offered, "OutputTokensAvailable").map(String);
			for (const bound of ["Min", "Max"]) {
				const level = text(offered, "OutputLevelRange", bound);
				await ask(set(one, { name: "NewName", level, output }));
				const changed = await single(OUTPUT, token(one));
				assert.equal(text(changed, "Name"), "NewName");
				assert.equal(text(changed, "OutputLevel"), level);
				assert.equal(text(changed, "OutputToken"), output);
				assert.equal(text(changed, "UseCount"), text(one, "UseCount"));
			}
		}
	});

	test("MEDIA-3-4-6: an output that is none, and a level that is none", async () => {
		for (const one of await listed(OUTPUT)) {
			await refused(set(one, { output: "none", level: "500" }), "ConfigModify");
			assert.deepEqual(await single(OUTPUT, token(one)), one);
		}
	});

	test("MEDIA-3-4-7: a configuration that is none", () =>
		refused(
			set(undefined, {
				...{ token: "none", output: "audio-output", level: "1", name: "none" },
			}),
			"NoConfig",
		));

	test("MEDIA-3-4-8: options by profile, configuration, both and neither", () =>
		withProfile(async (profile) => {
			const [first] = await compatible(OUTPUT, profile);
			assert.ok(first);
			const byProfile = ofProfile(profile);
			const byConfiguration = ofConfiguration(token(first));
			const all = await options([]);
			for (const about of [
				[...byConfiguration, ...byProfile],
				byProfile,
				byConfiguration,
			])
				assert.deepEqual(await options(about), all);
		}));

	test("MEDIA-3-4-9: an output configuration is added, set and removed", () =>
		withProfile(async (profile) => {
			assert.ok(list(await ask(trt("GetAudioOutputs")), "AudioOutputs").length);
			const [first] = await compatible(OUTPUT, profile);
			await ask(
				trt(`Add${OUTPUT}`, [
					...ofProfile(profile),
					...ofConfiguration(token(first)),
				]),
			);
			const offered = await options(ofConfiguration(token(first)));
			const [least, most] = ["Min", "Max"].map((bound) =>
				Number(text(offered, "OutputLevelRange", bound)),
			);
			await refused(
				set(first, { level: String((least ?? 0) - 1) }),
				"ConfigModify",
			);
			await ask(set(first, { level: String(most) }));
			const changed = await single(OUTPUT, token(first));
			assert.equal(text(changed, "OutputLevel"), String(most));
			assert.equal(text(changed, "Name"), text(first, "Name"));
			await ask(trt(`Remove${OUTPUT}`, ofProfile(profile)));
		}));

	test("MEDIA-3-4-10: a decoder configuration is added and removed", () =>
		withProfile(async (profile) => {
			for (const name of [OUTPUT, DECODER]) {
				const [first] = await compatible(name, profile);
				await ask(
					trt(`Add${name}`, [
						...ofProfile(profile),
						...ofConfiguration(token(first)),
					]),
				);
				const told = await ask(trt("GetProfile", ofProfile(profile)));
				assert.equal(token(held(at(told, "Profile"), name)), token(first));
			}
			for (const name of [DECODER, OUTPUT]) {
				await ask(trt(`Remove${name}`, ofProfile(profile)));
				const told = await ask(trt("GetProfile", ofProfile(profile)));
				assert.equal(held(at(told, "Profile"), name), undefined);
			}
		}));

	test("MEDIA-3-4-11, MEDIA-3-4-12: output configurations lie within their options", async () => {
		for (const profile of await profiles()) {
			const one = held(profile, OUTPUT);
			for (const about of [
				ofConfiguration(token(one)),
				[...ofConfiguration(token(one)), ...ofProfile(token(profile))],
			]) {
				const offered = await options(about);
				const tokens = list(offered, "OutputTokensAvailable");
				assert.equal(new Set(tokens).size, tokens.length);
				assert.ok(tokens.includes(text(one, "OutputToken")));
				const level = Number(text(one, "OutputLevel"));
				assert.ok(level >= Number(text(offered, "OutputLevelRange", "Min")));
				assert.ok(level <= Number(text(offered, "OutputLevelRange", "Max")));
			}
		}
	});

	for (const [name, ofProfiles, ofOne] of [
		[OUTPUT, "MEDIA-3-4-13", "MEDIA-3-4-14"],
		[DECODER, "MEDIA-3-4-16", "MEDIA-3-4-17"],
	] as const) {
		test(`${ofProfiles}: profiles and Get${name}s say the same`, async () => {
			const known = await listed(name);
			assert.ok(known.length > 0);
			assert.equal(new Set(known.map(token)).size, known.length);
			for (const profile of await profiles())
				assert.deepEqual(
					known.find((one) => token(one) === token(held(profile, name))),
					held(profile, name),
				);
		});

		test(`${ofOne}: Get${name} and Get${name}s say the same`, async () => {
			for (const one of await listed(name))
				assert.deepEqual(await single(name, token(one)), one);
		});
	}

	test("MEDIA-3-4-15: every output configuration's output exists", async () => {
		const outputs = list(await ask(trt("GetAudioOutputs")), "AudioOutputs").map(
			token,
		);
		for (const one of await listed(OUTPUT))
			assert.ok(outputs.includes(text(one, "OutputToken")));
	});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
