import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DeviceAccess } from "../../src/media/gstreamer/capture.ts";
import { GstreamerEngine } from "../../src/media/gstreamer/engine.ts";
import { SourceUnavailable } from "../../src/media/types.ts";
import { systemClock } from "../../src/system/clock.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { sharedMemoryOf } from "../helpers/shared-memory.ts";
import {
	engineForEach,
	hubUnderTest,
	plan,
	Recorder,
	silent,
} from "./engine-under-test.ts";

describe("GStreamer engine: children that fail", () => {
	const under = engineForEach();

	for (const victim of ["captures", "encoders"] as const)
		test(`kill -9 of the ${victim.slice(0, -1)}: numbers go on and a key frame leads the new pictures`, async () => {
			const viewer = new Recorder();
			under.stream("main").attach(viewer);
			await viewer.more(3);
			const child = gstreamerChildren()[victim][0];
			assert.ok(child);
			process.kill(child.pid, "SIGKILL");
			await until(
				() => !gstreamerChildren()[victim].some(({ pid }) => pid === child.pid),
				"the child's end",
			);
			const from = viewer.frames.length;
			// What the old one gave may still be on its way.
			await until(
				() => viewer.frames.slice(from).some((frame) => frame.key),
				"a key frame",
			);
			await viewer.more(5);
			await until(
				() => sharedMemoryOf([child.pid]).length === 0,
				"its pictures are gone",
			);
		});

	test("an encoder that hangs is found and replaced while the others go on", async () => {
		const hung = new Recorder();
		const other = new Recorder();
		under.stream("main").attach(hung);
		under.stream("sub").attach(other);
		await Promise.all([hung.more(3), other.more(3)]);
		const child = gstreamerChildren().encoders.find(({ commandLine }) =>
			commandLine.includes("bitrate=2000"),
		);
		assert.ok(child);
		process.kill(child.pid, "SIGSTOP");
		await other.more(20);
		await until(
			() => !gstreamerChildren().encoders.some(({ pid }) => pid === child.pid),
			"its end",
		);
		await hung.more(3);
	});

	test("the encoder is the owner's choice; one that fails again and again gives way to the next", async () => {
		const viewer = new Recorder();
		under.engine.apply({
			...plan,
			streams: plan.streams.map((one) =>
				one.token === "main" ? { ...one, h264Encoder: "openh264enc" } : one,
			),
		});
		under.stream("main").attach(viewer);
		const running = (element: string) =>
			gstreamerChildren().encoders.find(({ commandLine }) =>
				commandLine.includes(element),
			);
		await viewer.more(3);
		assert.ok(running("openh264enc"));
		// Only one that dies soon after its start does not work: each is killed as soon as it is there.
		await until(() => {
			const victim = running("openh264enc");
			if (victim) process.kill(victim.pid, "SIGKILL");
			return running("x264enc") !== undefined;
		}, "the next encoder");
		assert.equal(running("openh264enc"), undefined);
		await viewer.more(3);
	});
});

test("a source that is not there: unavailable at once with its reason, back when it is back", async () => {
	const warnings: string[] = [];
	let there = false;
	let back = () => {};
	const device: DeviceAccess = {
		mode: () =>
			there
				? Promise.resolve(undefined)
				: Promise.reject(new Error("the camera is not plugged in")),
		explain: async () => undefined,
		whenBack: (_plan, signal) =>
			new Promise((resolve) => {
				back = resolve;
				signal.addEventListener("abort", () => resolve(), { once: true });
			}),
	};
	const hub = hubUnderTest();
	const engine = new GstreamerEngine({
		hub,
		device,
		clock: systemClock,
		log: { ...silent, warn: (message) => warnings.push(message) },
	});
	try {
		engine.apply(plan);
		const main = hub.get("main");
		assert.ok(main);
		const unavailable = {
			name: new SourceUnavailable().name,
			message: "the camera is not plugged in",
		};
		await assert.rejects(main.describe(), unavailable);
		const viewer = new Recorder();
		main.attach(viewer);
		await assert.rejects(main.describe(), unavailable);
		there = true;
		back();
		await viewer.more(2);
		assert.equal((await main.describe()).encodingName, "H264");

		there = false;
		warnings.length = 0;
		for (const { pid } of gstreamerChildren().captures)
			process.kill(pid, "SIGKILL");
		await until(
			() => warnings.includes("no picture from the source"),
			"the loss is noticed",
		);
		await assert.rejects(main.describe(), unavailable);
		there = true;
		back();
		await viewer.more(2);
	} finally {
		await engine.stop();
	}
});
