import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "onvifd-";

function alive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && "code" in error && error.code === "EPERM";
	}
}

/** A folder (mode 0700) for the sockets of our captures; those that killed services left are removed. */
export class RuntimeDir {
	readonly path: string;
	#next = 0;

	constructor(parent = tmpdir()) {
		for (const name of readdirSync(parent)) {
			const pid = /^onvifd-(\d+)-/.exec(name)?.[1];
			if (pid && !alive(Number(pid)))
				rmSync(join(parent, name), { recursive: true, force: true });
		}
		this.path = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
	}

	/** A socket path that was never used: a killed shmsink leaves its own behind, and the next would silently take another. */
	freshSocket(): string {
		return join(this.path, `capture-${this.#next++}`);
	}

	/** What a capture leaves when it was killed: its socket, and its pictures in /dev/shm. */
	clearAfter(socketPath: string, pid: number | undefined): void {
		rmSync(socketPath, { force: true });
		if (pid === undefined) return;
		const area = `shmpipe.${String(pid).padStart(5)}.`;
		for (const name of readdirSync("/dev/shm"))
			if (name.startsWith(area))
				rmSync(join("/dev/shm", name), { force: true });
	}

	remove(): void {
		rmSync(this.path, { recursive: true, force: true });
	}
}
