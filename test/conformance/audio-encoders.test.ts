import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { trt, tt } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { soundUnderTest, token } from "./sound-under-test.ts";
import { at, list, type Tree, text } from "./tree.ts";

const messages = new Messages();

describe("audio encoder configurations of the running service", () => {
	const { ask, refused, profiles, ofProfile, listed, single } =
		soundUnderTest(messages);

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
