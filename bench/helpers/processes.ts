import { readFileSync } from "node:fs";
import { descendants } from "../../test/helpers/children.ts";

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
