import {
	lstatSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "onvifd-";

function hasCode(error: unknown, code: string): boolean {
	return error instanceof Error && "code" in error && error.code === code;
}

function alive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return hasCode(error, "EPERM");
	}
}

/** Another service that starts may be removing it just now. */
function namesIn(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch (error) {
		if (hasCode(error, "ENOENT")) return [];
		throw error;
	}
}

/** The pictures in /dev/shm of a capture that was killed: GStreamer names the file by its process. */
function removePictures(pid: number): void {
	const area = `shmpipe.${String(pid).padStart(5)}.`;
	for (const name of readdirSync("/dev/shm"))
		if (name.startsWith(area)) rmSync(join("/dev/shm", name), { force: true });
}

/** What a killed service left; its captures may have been killed with it, as systemd and the kernel's OOM killer do. */
function clearLeftover(folder: string): void {
	const stat = lstatSync(folder, { throwIfNoEntry: false });
	// In a folder for all, others may make what they like: not ours to follow or remove.
	if (!stat?.isDirectory() || stat.uid !== process.getuid?.()) return;
	const captures = namesIn(folder)
		.map((name) => Number(/^capture-\d+\.(\d+)$/.exec(name)?.[1]))
		.filter((pid) => pid > 0);
	const dead = captures.filter((pid) => !alive(pid));
	for (const pid of dead) removePictures(pid);
	// One that is still dying may yet leave its pictures: the note is for the next start.
	if (dead.length === captures.length)
		rmSync(folder, { recursive: true, force: true });
}

/** A folder (mode 0700) for the sockets of our captures; those that killed services left are removed. */
export class RuntimeDir {
	readonly path: string;
	#next = 0;

	constructor(parent = tmpdir()) {
		for (const name of readdirSync(parent)) {
			const pid = /^onvifd-(\d+)-/.exec(name)?.[1];
			if (pid && !alive(Number(pid))) clearLeftover(join(parent, name));
		}
		this.path = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
	}

	/** A socket path that was never used: a killed shmsink leaves its own behind, and the next would silently take another. */
	freshSocket(): string {
		return join(this.path, `capture-${this.#next++}`);
	}

	/** Notes whose pictures they are, for a start after neither of us could clear up. */
	startedAt(socketPath: string, pid: number | undefined): void {
		if (pid !== undefined) writeFileSync(`${socketPath}.${pid}`, "");
	}

	/** What a capture leaves when it was killed: its socket, and its pictures in /dev/shm. */
	clearAfter(socketPath: string, pid: number | undefined): void {
		rmSync(socketPath, { force: true });
		if (pid === undefined) return;
		rmSync(`${socketPath}.${pid}`, { force: true });
		removePictures(pid);
	}

	remove(): void {
		rmSync(this.path, { recursive: true, force: true });
	}
}
