import assert from "node:assert/strict";
import { test } from "node:test";
import { fileSchema } from "../../src/config/schema.ts";
import { EncoderChoice } from "../../src/media/gstreamer/encoder-choice.ts";
import { tryEncoder } from "../../src/media/gstreamer/encoder-trial.ts";
import {
	type H264Encoder,
	h264Encoders,
} from "../../src/media/gstreamer/h264-encoders.ts";
import type { StreamPlan } from "../../src/media/types.ts";
import { encoderConfiguration } from "../helpers/media.ts";

const main: StreamPlan = { token: "main", encoder: encoderConfiguration({}) };

/** A machine that has `known`, of which those in `broken` fail their trial. */
function machine(known: readonly H264Encoder[], broken: readonly string[]) {
	const tried: string[] = [];
	const said: string[] = [];
	const log = (level: string) => (text: string, fields?: object) => {
		said.push(`${level} ${text} ${JSON.stringify(fields)}`);
	};
	const choice = new EncoderChoice({
		known: () => Promise.resolve(new Set(known)),
		attempt: async (encoder, { width }) => {
			tried.push(`${encoder} ${width}`);
			return broken.includes(encoder) ? "no such device" : undefined;
		},
		log: { info: log("info"), warn: log("warn"), error: log("error") },
	});
	return { choice, tried, said };
}

test("hardware that works comes first, is tried once for each size, and is said once", async () => {
	const { choice, tried, said } = machine(["x264enc", "vah264enc"], []);
	assert.equal(await choice.choose(main), "vah264enc");
	assert.equal(await choice.choose(main), "vah264enc");
	const sub = { token: "sub", encoder: encoderConfiguration({ width: 640 }) };
	assert.equal(await choice.choose(sub), "vah264enc");
	assert.deepEqual(tried, ["vah264enc 1280", "vah264enc 640"]);
	assert.deepEqual(said, [
		'info encoder chosen {"stream":"main","encoder":"vah264enc"}',
		'info encoder chosen {"stream":"sub","encoder":"vah264enc"}',
	]);
});

test("hardware that fails its trial gives way with a warning", async () => {
	const { choice, said } = machine(
		["openh264enc", "x264enc", "v4l2h264enc"],
		["v4l2h264enc"],
	);
	assert.equal(await choice.choose(main), "x264enc");
	assert.deepEqual(said, [
		'warn a better encoder cannot be used {"stream":"main","encoder":"x264enc","reason":"v4l2h264enc: no such device"}',
	]);
});

test("software needs no trial", async () => {
	const { choice, tried } = machine(["openh264enc", "x264enc"], []);
	assert.equal(await choice.choose(main), "x264enc");
	assert.deepEqual(tried, []);
});

test("the owner's word comes before the order, and gives way when it cannot be had", async () => {
	const { choice, said } = machine(["openh264enc", "x264enc"], []);
	assert.equal(
		await choice.choose({ ...main, h264Encoder: "openh264enc" }),
		"openh264enc",
	);
	assert.equal(
		await choice.choose({ ...main, h264Encoder: "nvh264enc" }),
		"x264enc",
	);
	assert.equal(
		said.at(-1),
		'warn a better encoder cannot be used {"stream":"main","encoder":"x264enc","reason":"the GStreamer element nvh264enc is missing: apt-get install gstreamer1.0-plugins-bad"}',
	);
});

test("one that fails while it runs is passed over from then on; the last one stays", async () => {
	const { choice } = machine(["openh264enc", "x264enc"], []);
	assert.equal(await choice.failed(main, "x264enc", "crashed"), true);
	assert.equal(await choice.choose(main), "openh264enc");
	assert.equal(await choice.failed(main, "openh264enc", "crashed"), false);
	assert.equal(await choice.choose(main), "openh264enc");
});

test("no encoder at all is told with the package to install", async () => {
	const { choice } = machine([], []);
	await assert.rejects(
		choice.choose(main),
		/^Error: the GStreamer element x264enc is missing: apt-get install gstreamer1.0-plugins-ugly$/,
	);
});

test("a trial tells encoders that work from those that do not", async () => {
	const small = encoderConfiguration({ width: 320, height: 240 });
	assert.equal(await tryEncoder("x264enc", small), undefined);
	assert.equal(await tryEncoder("openh264enc", small), undefined);
	assert.equal(
		await tryEncoder("omxh264enc", small),
		"the GStreamer element omxh264enc is missing",
	);
	assert.match(
		String(await tryEncoder("openh264enc", { ...small, width: 0 })),
		/could not link/,
	);
});

test("the configuration knows every encoder, in our order", () => {
	const { properties } = fileSchema.properties.profiles.items;
	assert.deepEqual(properties.encoder.enum, ["auto", ...h264Encoders]);
});
