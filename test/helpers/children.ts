import { readdirSync, readFileSync } from "node:fs";

export interface Child {
	readonly pid: number;
	readonly commandLine: string;
}

/** Processes below `root` (this one by default), however deep. */
export function descendants(root = process.pid): Child[] {
	const parents = new Map<number, { parent: number; commandLine: string }>();
	for (const name of readdirSync("/proc")) {
		if (!/^\d+$/.test(name)) continue;
		try {
			const status = readFileSync(`/proc/${name}/stat`, "utf8");
			const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
			if (fields[0] === "Z") continue;
			const commandLine = readFileSync(`/proc/${name}/cmdline`, "utf8")
				.replaceAll("\0", " ")
				.trim();
			parents.set(Number(name), { parent: Number(fields[1]), commandLine });
		} catch {
			// It ended while we looked.
		}
	}
	const isBelow = (pid: number): boolean => {
		const parent = parents.get(pid)?.parent;
		return (
			parent === root || (parent !== undefined && parent > 1 && isBelow(parent))
		);
	};
	return [...parents]
		.filter(([pid]) => isBelow(pid))
		.map(([pid, { commandLine }]) => ({ pid, commandLine }));
}

/** GStreamer children below `root`: captures by their shmsink, encoders by their shmsrc. */
export function gstreamerChildren(root = process.pid): {
	captures: Child[];
	encoders: Child[];
} {
	const all = descendants(root).filter((child) =>
		child.commandLine.startsWith("gst-launch-1.0"),
	);
	return {
		captures: all.filter((child) => child.commandLine.includes("shmsink")),
		encoders: all.filter((child) => child.commandLine.includes("shmsrc")),
	};
}
