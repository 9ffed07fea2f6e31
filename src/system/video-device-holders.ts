import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";

export interface Holder {
	readonly pid: number;
	/** The program's name, as in `/proc/PID/comm`. */
	readonly name: string;
}

/** Processes that have `node` open, as far as this user may see; for a message, not to decide upon. */
export async function videoDeviceHolders(
	node: string,
	proc = "/proc",
): Promise<readonly Holder[]> {
	const holders: Holder[] = [];
	for (const entry of readdirSync(proc)) {
		const pid = Number(entry);
		if (!Number.isInteger(pid)) continue;
		const holder = holderOf(node, pid, `${proc}/${entry}`);
		if (holder) holders.push(holder);
		// A process at a time, so that who waits for us meanwhile is served.
		await turn();
	}
	return holders;
}

/** Nothing of /proc is on a disk; to wait for each of thousands of files takes seconds on a busy machine. */
function holderOf(
	node: string,
	pid: number,
	folder: string,
): Holder | undefined {
	if (!filesOf(`${folder}/fd`).some((file) => linkOf(file) === node))
		return undefined;
	try {
		return { pid, name: readFileSync(`${folder}/comm`, "utf8").trim() };
	} catch {
		return { pid, name: "a process that has ended" };
	}
}

/** Others' processes are not ours to read, and any may end meanwhile: both read as holding nothing. */
function filesOf(folder: string): readonly string[] {
	try {
		return readdirSync(folder).map((file) => `${folder}/${file}`);
	} catch {
		return [];
	}
}

function linkOf(file: string): string {
	try {
		return readlinkSync(file);
	} catch {
		return "";
	}
}
