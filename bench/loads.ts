import { setTimeout as sleep } from "node:timers/promises";
import { gstreamerChildren } from "../test/helpers/children.ts";
import { CountingViewer } from "../test/helpers/counting-viewer.ts";
import { authorization } from "../test/helpers/digest.ts";
import { freePort } from "../test/helpers/free-port.ts";
import { watchHls } from "../test/helpers/hls-viewers.ts";
import { until } from "../test/helpers/media.ts";
import { startNginx } from "../test/helpers/nginx.ts";
import { cpuMicroseconds } from "../test/helpers/processor.ts";
import { RtspViewer } from "../test/helpers/rtsp-viewer.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../test/helpers/service.ts";
import { MjpegClient } from "../test/outputs/mjpeg-client.ts";

const measuredMs = 10_000;
const secret = "a-word-that-the-cache-knows";

interface Viewer {
	frames(): number;
	/** What did not come; undefined where it cannot be told. */
	lost?(): number;
	close(): void;
}

/** Many viewers at once of each output, on one encoder: CPU of the service alone, points of one core; frames that each had. */
export async function loadsBench(): Promise<string[][]> {
	const service = await startService({
		asInstalled: true,
		config: { hls: { secret } },
	});
	try {
		return [
			await measured(
				"50 RTSP over TCP and 50 over UDP, 720p",
				service,
				await rtspViewers(service),
			),
			await measured("50 MJPEG, 640x360", service, await mjpegViewers(service)),
			await hlsRow(service),
		];
	} finally {
		await service.remove();
	}
}

async function measured(
	name: string,
	service: RunningService,
	viewers: readonly Viewer[],
): Promise<string[]> {
	await until(
		() => viewers.every((one) => one.frames() > 0),
		`all watch: ${name}`,
	);
	await sleep(2000);
	const before = cpuMicroseconds(service.pid);
	const from = viewers.map((one) => one.frames());
	const { encoders } = gstreamerChildren(service.pid);
	await sleep(measuredMs);
	const points = (cpuMicroseconds(service.pid) - before) / (measuredMs * 10);
	const frames = viewers.map((one, i) => one.frames() - (from[i] ?? 0));
	const lost = viewers.reduce((sum, one) => sum + (one.lost?.() ?? 0), 0);
	for (const viewer of viewers) viewer.close();
	await until(
		() => gstreamerChildren(service.pid).encoders.length === 0,
		"the encoder's end",
	);
	return [
		name,
		String(encoders.length),
		points.toFixed(1),
		`${Math.min(...frames)} to ${Math.max(...frames)} in 10 s`,
		viewers.every((one) => one.lost) ? `${lost} packets` : "",
	];
}

async function rtspViewers(service: RunningService): Promise<Viewer[]> {
	const viewers: Viewer[] = [];
	const wrap = (one: RtspViewer | CountingViewer): Viewer => ({
		frames: () => one.frames,
		lost: () => one.lost,
		close: () => one.close(),
	});
	for (let i = 0; i < 50; i++) {
		// Of one address the service takes fewer.
		const tcp = await RtspViewer.play(`${service.rtspUrl}/main`, "127.0.0.2");
		const udp = await CountingViewer.play(service, "main", "udp");
		viewers.push(wrap(tcp), wrap(udp));
	}
	return viewers;
}

async function mjpegViewers(service: RunningService): Promise<Viewer[]> {
	const url = `${service.url}/mjpeg/jpeg`;
	const viewers: Viewer[] = [];
	for (let i = 0; i < 50; i++) {
		const { headers } = await fetch(url);
		const login = authorization(
			headers.get("www-authenticate") ?? "",
			administrator,
			"GET",
			"/mjpeg/jpeg",
		);
		const client = new MjpegClient(url, { authorization: login ?? "" });
		viewers.push({
			frames: () => client.pictures.length,
			close: () => client.close(),
		});
		// The first one starts the encoder.
		if (i === 0)
			await until(() => client.pictures.length > 0, "the first picture");
	}
	return viewers;
}

/** Each viewer has four segments, whole and in order, or the measurement fails. */
async function hlsRow(service: RunningService): Promise<string[]> {
	const nginx = await startNginx(await freePort(), service.http);
	try {
		const before = cpuMicroseconds(service.pid);
		const from = performance.now();
		const viewed = await watchHls({
			url: `https://localhost:${nginx.port}/hls/${secret}/sub/index.m3u8`,
			certificate: nginx.certificate,
			...{ viewers: 1000, segments: 4, connections: 64 },
		});
		const points =
			(cpuMicroseconds(service.pid) - before) /
			((performance.now() - from) * 10);
		const frames = viewed.map((one) => one.frames);
		const segments = nginx
			.requests()
			.filter(({ path }) => path.endsWith(".m4s"));
		const fetched = segments.filter(({ cache }) => cache !== "HIT").length;
		return [
			"1,000 HLS through nginx, 640x360",
			String(gstreamerChildren(service.pid).encoders.length),
			points.toFixed(1),
			`${Math.min(...frames)} to ${Math.max(...frames)} in 4 segments`,
			`${segments.length} segments had, ${fetched} fetched`,
		];
	} finally {
		await nginx.stop();
	}
}
