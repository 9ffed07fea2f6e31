import { readFileSync } from "node:fs";
import { descendants } from "../../test/helpers/children.ts";

/** Linux's USER_HZ, the same on all architectures of today. */
const ticksPerSecond = 100;

/** CPU time of one process so far, user and system, microseconds; in steps of 10 ms. */
export function cpuMicroseconds(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticksPerSecond;
}

/** Megabytes. Anonymous is what a board must really find; the rest of RSS are files' pages, which the kernel can drop. */
export interface Memory {
	readonly rss: number;
	readonly anonymous: number;
}

export function memoryOf(pid: number): Memory {
	const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
	const megabytes = (name: string) =>
		Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) /
		1024;
	return { rss: megabytes("Rss"), anonymous: megabytes("Anonymous") };
}

/** Of a process and all below it. */
export function memoryOfAll(pid: number): Memory {
	return [pid, ...descendants(pid).map((child) => child.pid)]
		.map(memoryOf)
		.reduce((a, b) => ({
			rss: a.rss + b.rss,
			anonymous: a.anonymous + b.anonymous,
		}));
}
