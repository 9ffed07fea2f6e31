import { readdir, readFile, readlink } from "node:fs/promises";

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
	for (const entry of await readdir(proc)) {
		const pid = Number(entry);
		if (!Number.isInteger(pid)) continue;
		const folder = `${proc}/${entry}/fd`;
		// Others' processes are not ours to read, and any may end meanwhile: both read as holding nothing.
		const files = await readdir(folder).catch(() => []);
		const links = await Promise.all(
			files.map((file) => readlink(`${folder}/${file}`).catch(() => "")),
		);
		if (!links.includes(node)) continue;
		const name = await readFile(`${proc}/${entry}/comm`, "utf8").catch(
			() => "a process that has ended",
		);
		holders.push({ pid, name: name.trim() });
	}
	return holders;
}
