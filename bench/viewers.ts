import { setTimeout as sleep } from "node:timers/promises";
import { gstreamerChildren } from "../test/helpers/children.ts";
import { until } from "../test/helpers/media.ts";
import { cpuMicroseconds } from "../test/helpers/processor.ts";
import { RtspViewer } from "../test/helpers/rtsp-viewer.ts";
import type { RunningService } from "../test/helpers/service.ts";

const measuredMs = 10_000;
const joins = 10;

/** CPU of the service alone, points of one core, while so many watch one H.264 profile over TCP; and the encoder's. */
export async function viewersBench(
	service: RunningService,
): Promise<string[][]> {
	const rows: string[][] = [];
	for (const count of [1, 10, 50]) {
		const viewers = await Promise.all(
			Array.from({ length: count }, () =>
				RtspViewer.play(`${service.rtspUrl}/main`),
			),
		);
		await Promise.all(viewers.map((viewer) => viewer.firstKeyFrame));
		await sleep(2000);
		const encoder = gstreamerChildren(service.pid).encoders[0];
		const watched = [service.pid, encoder?.pid ?? service.pid];
		const before = watched.map(cpuMicroseconds);
		const frames = viewers.map((viewer) => viewer.frames);
		await sleep(measuredMs);
		const points = watched.map(
			(pid, i) => (cpuMicroseconds(pid) - (before[i] ?? 0)) / (measuredMs * 10),
		);
		const fewest = Math.min(
			...viewers.map((viewer, i) => viewer.frames - (frames[i] ?? 0)),
		);
		for (const viewer of viewers) viewer.close();
		rows.push([
			String(count),
			(points[0] ?? 0).toFixed(1),
			(points[1] ?? 0).toFixed(1),
			String(fewest),
		]);
		await until(
			() => gstreamerChildren(service.pid).encoders.length === 0,
			"the encoder's end",
		);
	}
	return rows;
}

async function join(
	service: RunningService,
): Promise<{ viewer: RtspViewer; ms: number }> {
	const from = performance.now();
	const viewer = await RtspViewer.play(`${service.rtspUrl}/main`);
	await viewer.firstKeyFrame;
	return { viewer, ms: performance.now() - from };
}

/** Milliseconds from connecting to the first packet of a key frame: with nothing running, and beside another viewer. */
export async function keyFrameBench(
	service: RunningService,
): Promise<string[][]> {
	const cold: number[] = [];
	const warm: number[] = [];
	for (let i = 0; i < joins / 2; i++) {
		await until(
			() => gstreamerChildren(service.pid).captures.length === 0,
			"the capture's end",
		);
		const { viewer, ms } = await join(service);
		cold.push(ms);
		viewer.close();
	}
	const { viewer } = await join(service);
	for (let i = 0; i < joins; i++) {
		await sleep(137);
		const other = await join(service);
		warm.push(other.ms);
		other.viewer.close();
	}
	viewer.close();
	const row = (name: string, values: number[]) => {
		values.sort((a, b) => a - b);
		const at = (share: number) =>
			(
				values[
					Math.min(values.length - 1, Math.floor(values.length * share))
				] ?? Number.NaN
			).toFixed(1);
		return [name, at(0), at(0.5), at(1)];
	};
	return [row("cold", cold), row("warm", warm)];
}
