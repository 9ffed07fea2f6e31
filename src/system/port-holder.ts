import { readFile } from "node:fs/promises";
import {
	type Holder,
	videoDeviceHolders as holdersOfFile,
} from "./video-device-holders.ts";

// include/net/tcp_states.h
const listening = "0A";

/** The process that listens at a TCP port, as far as this user may see; for a message, not to decide upon. */
export async function portHolder(
	port: number,
	proc = "/proc",
): Promise<Holder | undefined> {
	const tables = await Promise.all(
		["tcp", "tcp6"].map((name) =>
			// A kernel without IPv6 has no table of it.
			readFile(`${proc}/net/${name}`, "utf8").catch(() => ""),
		),
	);
	for (const inode of tables.flatMap((table) => inodesOf(table, port))) {
		// A socket is a file of its process as a device is.
		const [holder] = await holdersOfFile(`socket:[${inode}]`, proc);
		if (holder !== undefined) return holder;
	}
	return undefined;
}

/** proc(5), /proc/net/tcp: `sl local_address rem_address st ... uid timeout inode`. */
function inodesOf(table: string, port: number): string[] {
	const inodes: string[] = [];
	for (const line of table.split("\n").slice(1)) {
		const fields = line.trim().split(/\s+/);
		const local = Number.parseInt(fields[1]?.split(":")[1] ?? "", 16);
		const inode = fields[9];
		if (local === port && fields[3] === listening && inode !== undefined)
			inodes.push(inode);
	}
	return inodes;
}
