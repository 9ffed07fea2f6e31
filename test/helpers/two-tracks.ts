import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPlayer } from "./run.ts";

export interface TwoTracks {
	/** ffmpeg's framecrc: what it is, and a line a packet. */
	readonly pictures: string;
	readonly sound: string;
	readonly stderr: string;
}

/**
 * ffmpeg plays until it has `count` of each track, however late one of them begins. Each is an output of its own: it
 * ends a whole output as soon as one of its tracks has enough.
 * @param line the program, and its arguments up to the address.
 * @param codec of the output.
 */
export async function playTwoTracks(
	[file, ...line]: readonly [string, ...string[]],
	count: number,
	codec: { readonly pictures?: string; readonly sound?: string } = {},
): Promise<TwoTracks> {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-tracks-"));
	try {
		const tracks = (["pictures", "sound"] as const).map((name) => {
			const to = codec[name];
			const kind = name === "pictures" ? "v" : "a";
			return [
				...["-map", `0:${kind}`, `-frames:${kind}`, String(count)],
				...(to === undefined ? [] : ["-c", to]),
				...["-f", "framecrc", join(folder, name)],
			];
		});
		const { code, stderr } = await runPlayer(file, [
			...[...line, "-y"],
			...tracks.flat(),
		]);
		assert.equal(code, 0, stderr);
		const told = (name: string) => readFileSync(join(folder, name), "utf8");
		return { pictures: told("pictures"), sound: told("sound"), stderr };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** How many packets framecrc tells of. */
export const packetsIn = (told: string) => told.match(/^0,/gm)?.length ?? 0;
