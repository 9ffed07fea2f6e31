import assert from "node:assert/strict";
import { runPlayer } from "./run.ts";

export interface ProbedStream {
	readonly codec_name: string;
	readonly width: number;
	readonly height: number;
}

/** What ffprobe says of the first stream of an address or file, by `before` if it is to run elsewhere. */
export async function probe(
	args: readonly string[],
	before: readonly string[] = [],
): Promise<ProbedStream> {
	const [file = "", ...others] = [...before, "ffprobe"];
	const { code, stdout, stderr } = await runPlayer(file, [
		...others,
		"-v",
		"error",
		"-show_streams",
		"-of",
		"json",
		...args,
	]);
	assert.equal(code, 0, stderr);
	return JSON.parse(stdout.toString()).streams[0];
}
