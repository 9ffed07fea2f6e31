import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach } from "node:test";
import type { DeviceAccess } from "../../src/media/gstreamer/capture.ts";
import { GstreamerEngine } from "../../src/media/gstreamer/engine.ts";
import { Hub } from "../../src/media/hub.ts";
import type { Frame, Plan, Stream } from "../../src/media/types.ts";
import { systemClock } from "../../src/system/clock.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import { encoderConfiguration, until } from "../helpers/media.ts";

export const silent = { info() {}, warn() {}, error() {} };
const noDevice: DeviceAccess = {
	mode: () => Promise.resolve(undefined),
	explain: async () => undefined,
	whenBack: () => Promise.resolve(),
};

const small = { width: 320, height: 240, frameRate: 15, bitrateKbit: 300 };
/** Two of H.264 and one of JPEG, of a test picture. */
export const plan: Plan = {
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
export class Recorder {
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

export function hubUnderTest(): Hub {
	return new Hub((token) => ({
		name: token,
		sessionTimeout: 60,
		streamTokens: [token],
	}));
}

/** The engine of the test that runs. */
export interface EngineUnderTest {
	readonly hub: Hub;
	readonly engine: GstreamerEngine;
	stream(token: string): Stream;
}

/** Gives each test of a suite an engine with `plan` of its own; after each, nothing of it may be left. */
export function engineForEach(): EngineUnderTest {
	const make = () => {
		const hub = hubUnderTest();
		const engine = new GstreamerEngine({
			hub,
			device: noDevice,
			clock: systemClock,
			log: silent,
		});
		return { hub, engine };
	};
	let current: ReturnType<typeof make> | undefined;
	const running = () => {
		assert.ok(current, "only inside a test");
		return current;
	};
	beforeEach(() => {
		current = make();
		current.engine.apply(plan);
	});
	afterEach(async () => {
		await running().engine.stop();
		assert.deepEqual(gstreamerChildren(), { captures: [], encoders: [] });
		assert.deepEqual(
			readdirSync(tmpdir()).filter((name) =>
				name.startsWith(`onvifd-${process.pid}-`),
			),
			[],
		);
	});
	return {
		get hub() {
			return running().hub;
		},
		get engine() {
			return running().engine;
		},
		stream(token) {
			const found = running().hub.get(token);
			assert.ok(found);
			return found;
		},
	};
}
