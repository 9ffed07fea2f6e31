import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { descendants, gstreamerChildren } from "../../helpers/children.ts";
import { until } from "../../helpers/media.ts";
import { probe } from "../../helpers/probe.ts";
import { askAgain, run } from "../../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../../helpers/service.ts";
import { camera, startWrapper } from "./two-services.ts";
import { decodes, profileOf } from "./viewer.ts";

async function snapshot(service: RunningService, token: string) {
	const file = `${service.stateDir}/${token}.jpg`;
	const { code, stderr } = await run("curl", [
		...["-sSf", ...askAgain, "--digest", "-o", file, "-u"],
		`${administrator.name}:${administrator.password}`,
		`${service.url}/snapshot/${token}`,
	]);
	assert.equal(code, 0, stderr);
	const { codec_name, width, height } = await probe([file]);
	return [codec_name, width, height];
}

describe("another camera as the source", () => {
	let source: RunningService;
	before(async () => {
		source = await startService({ config: camera });
	});
	after(() => source.remove());

	for (const transport of ["tcp", "udp"])
		describe(`over ${transport}`, () => {
			let service: RunningService;
			before(async () => {
				service = await startWrapper(source.rtsp, { transport });
			});
			after(() => service.remove());
			const url = (token: string) => `${service.rtspUrl}/${token}`;

			test("nobody watches: the camera plays to nobody", () => {
				for (const { pid } of [source, service])
					assert.deepEqual(gstreamerChildren(pid), {
						captures: [],
						encoders: [],
					});
			});

			test("a profile of its encoding and size gets its video untouched, with no child of ours", async () => {
				const playing = decodes(url("same"), 40);
				await until(
					() => gstreamerChildren(source.pid).encoders.length === 1,
					"the camera plays",
				);
				assert.deepEqual(descendants(service.pid), []);
				await playing;
				assert.equal(await profileOf(url("same")), "h264,High,640,480");
			});

			test("other profiles are encoded anew", async () => {
				await Promise.all([decodes(url("small")), decodes(url("jpeg"))]);
				assert.equal(
					await profileOf(url("small")),
					"h264,Constrained Baseline,320,240",
				);
			});

			test("snapshots of every profile", async () => {
				assert.deepEqual(await snapshot(service, "same"), ["mjpeg", 640, 480]);
				assert.deepEqual(await snapshot(service, "jpeg"), ["mjpeg", 320, 240]);
			});

			test("the last viewer gone, the camera rests again", async () => {
				await until(
					() =>
						descendants(source.pid).length === 0 &&
						descendants(service.pid).length === 0,
					"all rests",
				);
			});

			test("no secret in a command line or in the log", () => {
				assert.ok(!service.stderr().includes(administrator.password));
				const line = readFileSync(`/proc/${service.pid}/cmdline`, "utf8");
				assert.ok(!line.includes(administrator.password));
			});
		});

	test("a JPEG camera passes untouched", async () => {
		const service = await startWrapper(source.rtsp, {}, "jpeg");
		try {
			await Promise.all([
				decodes(`${service.rtspUrl}/jpeg`, 30),
				until(
					() => gstreamerChildren(source.pid).encoders.length === 1,
					"the camera plays",
				),
			]);
			assert.deepEqual(gstreamerChildren(service.pid).encoders, []);
			assert.deepEqual(await snapshot(service, "jpeg"), ["mjpeg", 320, 240]);
			await decodes(`${service.rtspUrl}/small`);
		} finally {
			await service.remove();
		}
	});

	test("passThrough: false encodes all anew", async () => {
		const service = await startWrapper(source.rtsp, { passThrough: false });
		try {
			assert.equal(
				await profileOf(`${service.rtspUrl}/same`),
				"h264,Constrained Baseline,640,480",
			);
		} finally {
			await service.remove();
		}
	});
});
