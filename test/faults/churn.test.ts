import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { anonymousMemory } from "../helpers/memory.ts";
import { patienceMs } from "../helpers/patience.ts";
import { type RunningService, startService } from "../helpers/service.ts";
import { abandonedSharedMemory } from "../helpers/shared-memory.ts";

const sessions = 200;
const atOnce = 8;
/**
 * UDP ports of one session alone: where a killed one stood its stream goes on for seconds, and ffmpeg takes packets from
 * anybody, then drops what has lower numbers. No other test's clients take these, nor does the kernel give them.
 */
function portsOf(index: number): string[] {
	const least = 63_000 + 24 * (index >> 1);
	return ["-min_port", `${least}`, "-max_port", `${least + 23}`];
}

describe(`${sessions} sessions of join and leave, TCP and UDP, half of them abrupt`, () => {
	let service: RunningService;
	const viewers = new Set<ChildProcess>();
	before(async () => {
		service = await startService();
	});
	after(async () => {
		for (const viewer of viewers) viewer.kill("SIGKILL");
		await service.remove();
	});

	/** A real client that leaves after its first pictures: politely, or killed in the middle. Answers whether it is to come again. */
	async function session(index: number): Promise<boolean> {
		const transport = index % 2 === 0 ? "tcp" : "udp";
		const profile = ["main", "sub", "jpeg"][index % 3] ?? "main";
		const abrupt = index % 4 >= 2;
		const frames = abrupt ? "1000" : "3";
		const viewer = spawn(
			"ffmpeg",
			[
				"-v",
				"error",
				"-rtsp_transport",
				transport,
				...portsOf(index),
				"-fflags",
				"nobuffer",
				"-probesize",
				"32",
				"-analyzeduration",
				"0",
				"-i",
				`${service.rtspUrl}/${profile}`,
				"-c",
				"copy",
				"-frames:v",
				frames,
				"-f",
				"framecrc",
				"-flush_packets",
				"1",
				"-",
			],
			{ stdio: ["ignore", "pipe", "pipe"] },
		);
		viewers.add(viewer);
		let stderr = "";
		let pictures = 0;
		viewer.stderr.on("data", (chunk) => {
			stderr += chunk;
		});
		viewer.stdout.setEncoding("utf8").on("data", (text: string) => {
			pictures += text.split("\n").filter((line) => /^\d/.test(line)).length;
			if (abrupt && pictures > 0) viewer.kill("SIGKILL");
		});
		const timer = setTimeout(() => viewer.kill("SIGKILL"), patienceMs);
		await once(viewer, "close");
		clearTimeout(timer);
		viewers.delete(viewer);
		const notYet = pictures === 0 && /\b503\b/.test(stderr);
		assert.ok(
			pictures > 0 || notYet,
			`session ${index} (${transport}, ${profile}) saw no picture: ${stderr}`,
		);
		return notYet;
	}

	async function churn(count: number): Promise<void> {
		let next = 0;
		const worker = async () => {
			while (next < count) {
				const index = next++;
				const end = performance.now() + patienceMs;
				// As people do, again while there is no picture yet.
				while (await session(index)) assert.ok(performance.now() < end);
			}
		};
		await Promise.all(Array.from({ length: atOnce }, worker));
	}

	const atRest = () =>
		gstreamerChildren(service.pid).captures.length +
			gstreamerChildren(service.pid).encoders.length ===
		0;

	test("every session sees pictures, nothing is left, memory is flat", async (t) => {
		const before = new Set(abandonedSharedMemory());
		await churn(sessions / 4);
		await until(atRest, "children gone");
		const early = anonymousMemory(service.pid);
		await churn((sessions * 3) / 4);
		await until(atRest, "children gone");
		// Other tests kill captures meanwhile, whose services clear up in a moment.
		await until(
			() => abandonedSharedMemory().every((name) => before.has(name)),
			"no pictures of the dead",
		);
		const late = anonymousMemory(service.pid);
		t.diagnostic(`from ${early} to ${late} kB`);
		assert.ok(
			late < early + 12 * 1024,
			`anonymous memory went from ${early} to ${late} kB`,
		);
	});
});
