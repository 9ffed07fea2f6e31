import { existsSync, readdirSync } from "node:fs";

const shmOwner = /^shmpipe\.\s*(\d+)\./;

/** Files in /dev/shm that captures keep their pictures in, by process. */
export function sharedMemoryOf(pids: readonly number[]): string[] {
	return readdirSync("/dev/shm").filter((name) =>
		pids.includes(Number(shmOwner.exec(name)?.[1])),
	);
}

/** Those whose process is gone: the captures of other tests, which run meanwhile, are not among them. */
export function abandonedSharedMemory(): string[] {
	return readdirSync("/dev/shm").filter((name) => {
		const pid = shmOwner.exec(name)?.[1];
		return pid !== undefined && !existsSync(`/proc/${pid}`);
	});
}
