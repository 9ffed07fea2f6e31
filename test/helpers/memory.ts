import { readFileSync } from "node:fs";

/** Kilobytes of a process's anonymous memory: what a small board must really find. */
export function anonymousMemory(pid: number): number {
	return Number(
		/^Anonymous:\s+(\d+) kB/m.exec(
			readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"),
		)?.[1],
	);
}
