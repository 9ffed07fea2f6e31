import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { trt, tt } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { soundUnderTest, token } from "./sound-under-test.ts";
import { at, list, text } from "./tree.ts";

const messages = new Messages();

describe("audio source configurations of the running service", () => {
	const { ask, refused, profiles, ofProfile, listed, single } =
		soundUnderTest(messages);

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

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
