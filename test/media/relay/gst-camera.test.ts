import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { descendants, gstreamerChildren } from "../../helpers/children.ts";
import { until } from "../../helpers/media.ts";
import { keptPort } from "../../helpers/own-address.ts";
import { startService } from "../../helpers/service.ts";
import { certificate } from "../../rtsp-client/certificate.ts";
import { startGstCamera } from "./gst-camera.ts";
import { says } from "./two-services.ts";
import { complaint, decodes, profileOf, view } from "./viewer.ts";

const size = { width: 320, height: 240 };

/** H.264 and JPEG in the camera's own size, and H.264 in another. */
function startWrapper(
	url: string,
	rtsp: Readonly<Record<string, unknown>> = {},
) {
	return startService({
		config: {
			profiles: [
				{ token: "h264", encoding: "H264", ...size },
				{ token: "jpeg", encoding: "JPEG", ...size },
				{ token: "small", encoding: "H264", width: 160, height: 120 },
			],
			source: { rtsp: { url, ...rtsp } },
		},
	});
}

type Camera = Awaited<ReturnType<typeof startGstCamera>>;

describe("GStreamer's RTSP server as the camera", () => {
	let camera: Camera;
	before(async () => {
		camera = await startGstCamera();
	});
	after(() => camera.kill());

	for (const transport of ["tcp", "udp"])
		for (const encoding of ["h264", "jpeg"])
			test(`${encoding} over ${transport}: untouched where the profile wants it, else made anew`, async () => {
				const service = await startWrapper(
					`rtsp://127.0.0.1:${camera.port}/${encoding}`,
					{ transport },
				);
				const viewer = view(`${service.rtspUrl}/${encoding}`);
				try {
					await until(() => viewer.frames() > 10, "pictures");
					assert.deepEqual(descendants(service.pid), []);
					await decodes(`${service.rtspUrl}/small`);
				} finally {
					await viewer.stop();
					await service.remove();
				}
			});

	for (const [encoding, expected] of [
		["h265", "hevc,Main,320,240"],
		["h264", "h264,Constrained Baseline,320,240"],
		["jpeg", "mjpeg,Baseline,320,240"],
	] as const)
		test(`${encoding} as it is at an address of its own, with no child of ours, and in no profile`, async () => {
			const service = await startWrapper(
				`rtsp://127.0.0.1:${camera.port}/${encoding}`,
				{ original: "as-it-is" },
			);
			const viewer = view(`${service.rtspUrl}/as-it-is`);
			try {
				await until(() => viewer.frames() > 10, "pictures");
				assert.deepEqual(descendants(service.pid), []);
				const url = `${service.rtspUrl}/as-it-is`;
				assert.equal(await profileOf(url), expected);
				await decodes(url);
				assert.deepEqual(descendants(service.pid), []);
				assert.match(await complaint(`${service.rtspUrl}/other`), /404/);
				const asked = camera.asked("teardown");
				await viewer.stop();
				await until(() => camera.asked("teardown") > asked, "the camera rests");
			} finally {
				await viewer.stop();
				await service.remove();
			}
		});

	for (const transport of ["tcp", "udp"])
		test(`h265 over ${transport}: each profile is made of it in its own encoding`, async () => {
			const service = await startWrapper(
				`rtsp://127.0.0.1:${camera.port}/h265`,
				{ transport },
			);
			const viewer = view(`${service.rtspUrl}/h264`);
			try {
				await until(() => viewer.frames() > 10, "pictures");
				assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
				assert.equal(
					await profileOf(`${service.rtspUrl}/h264`),
					"h264,Constrained Baseline,320,240",
				);
				await decodes(`${service.rtspUrl}/jpeg`);
			} finally {
				await viewer.stop();
				await service.remove();
			}
		});
});

/** Watches the service in front of a camera's H.264, once pictures come; ends both. */
async function wrap(
	camera: Camera,
	url: string,
	rtsp: Readonly<Record<string, unknown>>,
	watch: (
		viewer: ReturnType<typeof view>,
		service: Awaited<ReturnType<typeof startService>>,
	) => Promise<void>,
) {
	const service = await startWrapper(url, rtsp);
	const viewer = view(`${service.rtspUrl}/h264`);
	try {
		await until(() => viewer.frames() > 10, "pictures");
		await watch(viewer, service);
	} catch (error) {
		throw new Error(`the service said: ${service.stderr()}`, { cause: error });
	} finally {
		await viewer.stop();
		await service.remove();
		await camera.kill();
	}
}

for (const transport of ["tcp", "udp"])
	test(`killed and started again over ${transport}: the viewer's session goes on`, async () => {
		const port = await keptPort();
		const url = `rtsp://127.0.0.1:${port}/h264`;
		const first = await startGstCamera({ port });
		await wrap(first, url, { transport }, async (viewer, service) => {
			await first.kill();
			await says(service, "nothing listens there");
			const before = viewer.frames();
			const second = await startGstCamera({ port });
			try {
				const more = () => viewer.frames() > before + 20;
				await until(more, "pictures again");
				assert.ok(viewer.alive());
			} finally {
				await second.kill();
			}
		});
	});

test("a session that is longer than its timeout is kept alive", async () => {
	const camera = await startGstCamera({ timeout: 4 });
	const url = `rtsp://127.0.0.1:${camera.port}/h264`;
	await wrap(camera, url, { transport: "udp" }, async (viewer) => {
		// It grants a session 5 s more than it says; nine signs, one each 2 s, are twice as long.
		const kept = () => camera.asked("get-parameter") >= 9;
		await until(kept, "signs of life");
		const before = viewer.frames();
		await until(() => viewer.frames() > before + 10, "pictures");
		assert.equal(camera.asked("play"), 1);
		await until(() => camera.reports().length > 0, "how it arrives");
	});
});

test("a camera that knows only Basic", async () => {
	const camera = await startGstCamera({ basic: ["ann", "pass word"] });
	const url = `rtsp://127.0.0.1:${camera.port}/h264`;
	const login = { user: "ann", password: "pass word" };
	await wrap(camera, url, login, async () => {});
});

test("a camera that speaks TLS with a certificate of its own", async () => {
	const { key, cert } = await certificate();
	const camera = await startGstCamera({ certificate: `${cert}${key}` });
	const url = `rtsps://127.0.0.1:${camera.port}/h264`;
	const strict = await startWrapper(url);
	try {
		await complaint(`${strict.rtspUrl}/h264`);
		await says(strict, /it made its certificate itself; verifyC/);
	} finally {
		await strict.remove();
	}
	await wrap(camera, url, { verifyCertificate: false }, async () => {});
});

for (const [offered, asked] of [
	["tcp", "udp"],
	["udp", "tcp"],
] as const)
	test(`a camera that sends over ${offered} only is not had over ${asked}, and it is said what to do`, async () => {
		const camera = await startGstCamera({ transport: offered });
		const url = `rtsp://127.0.0.1:${camera.port}/h264`;
		const service = await startWrapper(url, { transport: asked });
		try {
			assert.match(await complaint(`${service.rtspUrl}/h264`), /503/);
			await says(
				service,
				/461: it does not send over this transport; try the other one \(transport: tcp or udp\)/,
			);
		} finally {
			await service.remove();
		}
		await wrap(camera, url, { transport: offered }, async () => {});
	});
