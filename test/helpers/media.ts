import assert from "node:assert/strict";
import type { VideoEncoderConfiguration } from "../../src/camera/types.ts";
import {
	SourceUnavailable,
	type Stream,
	type VideoDescription,
} from "../../src/media/types.ts";
import { patienceMs } from "./patience.ts";

/** A 720p H.264 configuration, with what a test wants otherwise. */
export function encoderConfiguration(
	other: Partial<VideoEncoderConfiguration>,
): VideoEncoderConfiguration {
	return {
		token: "main",
		name: "Main",
		encoding: "H264",
		width: 1280,
		height: 720,
		quality: 80,
		frameRate: 15,
		encodingInterval: 1,
		bitrateKbit: 2000,
		govLength: 30,
		h264Profile: "Main",
		multicast: { address: "0.0.0.0", port: 0, ttl: 1, autoStart: false },
		sessionTimeout: 60,
		...other,
	};
}

/** What SDP says of a stream that is video. */
export async function videoDescription(
	stream: Stream,
): Promise<VideoDescription> {
	const description = await stream.describe();
	assert.ok(description.media === "video");
	return description;
}

/** Resolves when `condition` holds; fails after `limitMs`. Looks every few milliseconds. */
export async function until(
	condition: () => boolean | Promise<boolean>,
	what: string,
	limitMs = patienceMs,
): Promise<void> {
	const end = performance.now() + limitMs;
	let pauseMs = 2;
	// A machine that stood still for all that time gets one more look.
	for (let late = false; !(await condition()); ) {
		if (late) throw new Error(`did not come about: ${what}`);
		late = performance.now() > end;
		await new Promise((resolve) => setTimeout(resolve, pauseMs));
		pauseMs = Math.min(2 * pauseMs, 20);
	}
}

/** As clients do, asks again while the first picture is on its way: a busy or an emulated processor takes longer to it than one waits. */
export async function eventually<T>(ask: () => Promise<T>): Promise<T> {
	const end = performance.now() + patienceMs;
	for (;;)
		try {
			return await ask();
		} catch (error) {
			if (!(error instanceof SourceUnavailable) || performance.now() > end)
				throw error;
			// What is known already is told at once: what runs here needs its turn.
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
}
