import { setTimeout as sleep } from "node:timers/promises";
import { RtspViewer } from "../test/helpers/rtsp-viewer.ts";
import { startService } from "../test/helpers/service.ts";
import { memoryOf, memoryOfAll } from "./helpers/processes.ts";

const starts = 7;
const settleMs = 5000;

/** Milliseconds from the start of the process to its word that it listens. */
export async function startBench(): Promise<string[][]> {
	const times: number[] = [];
	for (let i = 0; i < starts; i++) {
		const from = performance.now();
		const service = await startService({ asInstalled: true });
		times.push(performance.now() - from);
		await service.remove();
	}
	times.sort((a, b) => a - b);
	return [
		[
			...[0, starts >> 1, starts - 1].map((i) =>
				(times[i] ?? Number.NaN).toFixed(0),
			),
		],
	];
}

/** Megabytes of the service and of it with all its children: at rest, and with one 720p H.264 profile watched. */
export async function memoryBench(): Promise<string[][]> {
	const service = await startService({
		asInstalled: true,
		config: { discovery: {} },
	});
	try {
		await sleep(settleMs);
		const row = (name: string) => {
			const [own, all] = [memoryOf(service.pid), memoryOfAll(service.pid)];
			return [
				name,
				...[own.rss, own.anonymous, all.rss, all.anonymous].map((n) =>
					n.toFixed(0),
				),
			];
		};
		const rows = [row("idle")];
		const viewer = await RtspViewer.play(`${service.rtspUrl}/main`);
		await viewer.firstKeyFrame;
		await sleep(settleMs);
		rows.push(row("one 720p profile watched"));
		viewer.close();
		return rows;
	} finally {
		await service.remove();
	}
}
