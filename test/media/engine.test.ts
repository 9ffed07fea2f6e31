import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { DeviceAccess } from "../../src/media/gstreamer/capture.ts";
import { GstreamerEngine } from "../../src/media/gstreamer/engine.ts";
import { Hub } from "../../src/media/hub.ts";
import {
	type Frame,
	type Plan,
	SourceUnavailable,
	type Stream,
} from "../../src/media/types.ts";
import { systemClock } from "../../src/system/clock.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import {
	encoderConfiguration,
	until,
	videoDescription,
} from "../helpers/media.ts";

const silent = { info() {}, warn() {}, error() {} };
const noDevice: DeviceAccess = {
	mode: () => Promise.resolve(undefined),
	explain: async () => undefined,
	whenBack: () => Promise.resolve(),
};

const small = { width: 320, height: 240, frameRate: 15, bitrateKbit: 300 };
const plan: Plan = {
	capture: {
		source: { kind: "test", pattern: "ball", clock: false },
		width: 640,
		height: 480,
		frameRate: 15,
	},
	streams: [
		{
			token: "main",
			encoder: encoderConfiguration({ width: 640, height: 480 }),
		},
		{
			token: "sub",
			encoder: encoderConfiguration({ ...small, token: "sub", frameRate: 10 }),
		},
		{
			token: "jpeg",
			encoder: encoderConfiguration({
				...small,
				token: "jpeg",
				encoding: "JPEG",
			}),
		},
	],
};

/** Collects frames and checks what every viewer may rely on. */
class Recorder {
	readonly frames: Frame[] = [];
	ended: string | undefined;
	frame(frame: Frame): void {
		const last = this.frames.at(-1);
		if (last) {
			assert.equal(
				frame.sequenceNumber,
				(last.sequenceNumber + last.packets.length) & 0xffff,
				"sequence numbers go on",
			);
			assert.ok(
				((frame.rtpTimestamp - last.rtpTimestamp) | 0) > 0,
				"timestamps grow",
			);
		}
		this.frames.push(frame);
	}
	end(reason: string): void {
		this.ended = reason;
	}
	more(count: number): Promise<void> {
		const from = this.frames.length;
		return until(
			() => this.frames.length >= from + count,
			`${count} more frames`,
		);
	}
}

describe("GStreamer engine", () => {
	let hub: Hub;
	let engine: GstreamerEngine;
	const stream = (token: string): Stream => {
		const found = hub.get(token);
		assert.ok(found);
		return found;
	};
	beforeEach(() => {
		hub = new Hub((token) => ({
			name: token,
			sessionTimeout: 60,
			streamTokens: [token],
		}));
		engine = new GstreamerEngine({
			hub,
			device: noDevice,
			clock: systemClock,
			log: silent,
		});
		engine.apply(plan);
	});
	afterEach(async () => {
		await engine.stop();
		assert.deepEqual(gstreamerChildren(), { captures: [], encoders: [] });
		assert.deepEqual(
			readdirSync(tmpdir()).filter((name) =>
				name.startsWith(`onvifd-${process.pid}-`),
			),
			[],
		);
	});

	test("nothing runs while nobody watches; viewers share one capture and one encoder; all stop after the last", async () => {
		assert.deepEqual(gstreamerChildren(), { captures: [], encoders: [] });
		const viewers = [new Recorder(), new Recorder(), new Recorder()];
		const attachments = viewers.map((viewer) => stream("main").attach(viewer));
		await Promise.all(viewers.map((viewer) => viewer.more(5)));
		assert.equal(gstreamerChildren().captures.length, 1);
		assert.equal(gstreamerChildren().encoders.length, 1);
		assert.equal(viewers[0]?.frames[0]?.key, true);
		for (const attachment of attachments) attachment.detach();
		await until(
			() =>
				gstreamerChildren().encoders.length === 0 &&
				gstreamerChildren().captures.length === 0,
			"children gone",
		);
	});

	test("describes H.264 and JPEG from what the encoder really sends", async () => {
		const [main, jpeg] = await Promise.all([
			stream("main").describe(),
			stream("jpeg").describe(),
		]);
		assert.equal(main.encodingName, "H264");
		assert.match(
			main.fmtp ?? "",
			/^packetization-mode=1;profile-level-id=4D40..;sprop-parameter-sets=[\w+/=]+,[\w+/=]+$/,
		);
		assert.equal(jpeg.encodingName, "JPEG");
		assert.equal(jpeg.payloadType, 26);
	});

	test("whoever joins gets the frames since the latest key frame at once", async () => {
		const first = new Recorder();
		stream("main").attach(first);
		await first.more(4);
		const { backlog } = stream("main").attach(new Recorder());
		assert.equal(backlog[0]?.key, true);
		assert.equal(
			backlog.at(-1),
			first.frames.at(-1),
			"the very same buffers, not copies",
		);
	});

	test("a key frame comes when asked for", async () => {
		const viewer = new Recorder();
		stream("main").attach(viewer);
		await viewer.more(3);
		const from = viewer.frames.length;
		stream("main").requestKeyFrame();
		await until(
			() => viewer.frames.slice(from).some((frame) => frame.key),
			"a key frame",
		);
		assert.ok(
			viewer.frames.length - from < 12,
			"well before the next regular one",
		);
	});

	for (const victim of ["captures", "encoders"] as const)
		test(`kill -9 of the ${victim.slice(0, -1)}: numbers go on and a key frame leads the new pictures`, async () => {
			const viewer = new Recorder();
			stream("main").attach(viewer);
			await viewer.more(3);
			const child = gstreamerChildren()[victim][0];
			assert.ok(child);
			process.kill(child.pid, "SIGKILL");
			await until(
				() => !gstreamerChildren()[victim].some(({ pid }) => pid === child.pid),
				"the child's end",
			);
			const from = viewer.frames.length;
			await viewer.more(5);
			assert.ok(viewer.frames.slice(from).some((frame) => frame.key));
			assert.deepEqual(
				readdirSync("/dev/shm").filter((name) =>
					name.includes(`${child.pid}.`),
				),
				[],
			);
		});

	test("an encoder that hangs is found and replaced while the others go on", async () => {
		const hung = new Recorder();
		const other = new Recorder();
		stream("main").attach(hung);
		stream("sub").attach(other);
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
			20_000,
		);
		await hung.more(3);
	});

	test("new settings restart that encoder alone, and its viewers stay", async () => {
		const changed = new Recorder();
		const same = new Recorder();
		stream("main").attach(changed);
		stream("jpeg").attach(same);
		await Promise.all([changed.more(3), same.more(3)]);
		const before = gstreamerChildren();
		engine.apply({
			...plan,
			streams: plan.streams.map((one) =>
				one.token === "main"
					? {
							...one,
							encoder: {
								...one.encoder,
								width: 320,
								height: 240,
								h264Profile: "High",
							},
						}
					: one,
			),
		});
		await until(
			async () =>
				(await stream("main").describe()).fmtp?.includes(
					"profile-level-id=6400",
				) ?? false,
			"the new profile in SDP",
		);
		await changed.more(3);
		assert.equal((await videoDescription(stream("main"))).width, 320);
		const after = gstreamerChildren();
		assert.deepEqual(after.captures, before.captures);
		assert.equal(
			after.encoders.filter(({ pid }) =>
				before.encoders.some((old) => old.pid === pid),
			).length,
			1,
		);
		const count = same.frames.length;
		assert.ok(count > 3);
	});

	test("the encoder is the owner's choice; one that fails again and again gives way to the next", async () => {
		const viewer = new Recorder();
		engine.apply({
			...plan,
			streams: plan.streams.map((one) =>
				one.token === "main" ? { ...one, h264Encoder: "openh264enc" } : one,
			),
		});
		stream("main").attach(viewer);
		const running = (element: string) =>
			gstreamerChildren().encoders.find(({ commandLine }) =>
				commandLine.includes(element),
			);
		for (let kills = 0; kills < 2; kills++) {
			await viewer.more(3);
			const victim = running("openh264enc");
			assert.ok(victim);
			process.kill(victim.pid, "SIGKILL");
			await until(
				() => running("openh264enc")?.pid !== victim.pid,
				"the encoder's end",
			);
		}
		await until(() => running("x264enc") !== undefined, "the next encoder");
		assert.equal(running("openh264enc"), undefined);
		await viewer.more(3);
	});

	test("a removed configuration ends its viewers", async () => {
		const viewer = new Recorder();
		stream("sub").attach(viewer);
		await viewer.more(1);
		engine.apply({
			...plan,
			streams: plan.streams.filter(({ token }) => token !== "sub"),
		});
		assert.equal(viewer.ended, "its configuration was removed");
		assert.equal(hub.find("sub"), undefined);
	});

	test("snapshots: cold, beside a running encoder, and from a running JPEG stream", async () => {
		const size = (jpeg: Buffer) => {
			const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
			return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
		};
		const [cold, shared] = await Promise.all([
			engine.snapshot("main"),
			engine.snapshot("main"),
		]);
		assert.equal(cold, shared, "those who ask together share one");
		assert.deepEqual(size(cold), [640, 480]);
		await stream("jpeg").describe();
		const encoders = gstreamerChildren().encoders.length;
		assert.deepEqual(size(await engine.snapshot("jpeg")), [320, 240]);
		assert.equal(gstreamerChildren().encoders.length, encoders);
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
	const hub = new Hub((token) => ({
		name: token,
		sessionTimeout: 60,
		streamTokens: [token],
	}));
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
