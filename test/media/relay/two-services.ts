import { createServer } from "node:net";
import { administrator, startService } from "../../helpers/service.ts";

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

/** A service whose source is another one at `port`. */
export function startWrapper(
	port: number,
	rtsp: Readonly<Record<string, unknown>> = {},
	path = "main",
) {
	return startService({
		config: {
			...wrapped,
			source: {
				rtsp: {
					url: `rtsp://127.0.0.1:${port}/${path}`,
					user: administrator.name,
					password: administrator.password,
					...rtsp,
				},
			},
		},
	});
}

export async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await new Promise((resolve) => server.once("listening", resolve));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	return typeof address === "object" && address ? address.port : 0;
}
