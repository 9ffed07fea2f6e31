import assert from "node:assert/strict";
import { until } from "../../helpers/media.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../../helpers/service.ts";

export const camera = {
	profiles: [
		{
			token: "main",
			encoding: "H264",
			width: 640,
			height: 480,
			frameRate: 15,
			h264Profile: "High",
		},
		{ token: "jpeg", encoding: "JPEG", width: 320, height: 240, frameRate: 10 },
	],
};

/** H.264 as the first camera has it, the same smaller, and JPEG. */
export const wrapped = {
	profiles: [
		{ token: "same", encoding: "H264", width: 640, height: 480 },
		{ token: "small", encoding: "H264", width: 320, height: 240 },
		{ token: "jpeg", encoding: "JPEG", width: 320, height: 240 },
	],
};

/** A service whose source is another one at `port` of `host`. */
export function startWrapper(
	port: number,
	rtsp: Readonly<Record<string, unknown>> = {},
	path = "main",
	host = "127.0.0.1",
) {
	return startService({
		config: {
			...wrapped,
			source: {
				rtsp: {
					url: `rtsp://${host}:${port}/${path}`,
					user: administrator.name,
					password: administrator.password,
					...rtsp,
				},
			},
		},
	});
}

/** Resolves when a service's log has it. */
export async function says(
	service: RunningService,
	what: string | RegExp,
): Promise<void> {
	const said = () =>
		typeof what === "string"
			? service.stderr().includes(what)
			: what.test(service.stderr());
	await until(said, String(what)).catch((error: Error) =>
		assert.fail(`${error.message}: ${service.stderr()}`),
	);
}
