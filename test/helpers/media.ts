import assert from "node:assert/strict";
import type { VideoEncoderConfiguration } from "../../src/camera/types.ts";
import type { Stream, VideoDescription } from "../../src/media/types.ts";

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
	limitMs = 30_000,
): Promise<void> {
	const end = Date.now() + limitMs;
	while (!(await condition())) {
		if (Date.now() > end) throw new Error(`did not come about: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
