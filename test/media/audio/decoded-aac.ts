import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";

/** What a program writes that is given `input`. */
export async function through(
	file: string,
	args: readonly string[],
	input: Buffer,
): Promise<Buffer> {
	const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
	child.stdin.on("error", () => {});
	child.stdin.end(input);
	return buffer(child.stdout);
}

/** ISO/IEC 14496-3, table 1.16. */
const frequencyIndex = { 16: 8, 48: 3 } as const;

/** 16-bit samples of units of AAC-LC with one channel, 1024 of each. */
export function decodedAac(
	units: readonly Buffer[],
	sampleRateKHz: keyof typeof frequencyIndex,
): Promise<Buffer> {
	const index = frequencyIndex[sampleRateKHz];
	return through(
		"ffmpeg",
		["-v", "error", "-f", "aac", "-i", "-", "-f", "s16le", "-"],
		Buffer.concat(units.map((unit) => adts(unit, index))),
	);
}

/** ADTS (ISO/IEC 13818-7, 6.2): what ffmpeg opens without being told anything. */
function adts(unit: Buffer, index: number): Buffer {
	const length = unit.length + 7;
	const head = Buffer.from([0xff, 0xf1, 0, 0, 0, 0x1f, 0xfc]);
	head[2] = 0x40 | (index << 2);
	head[3] = 0x40 | (length >> 11);
	head[4] = (length >> 3) & 0xff;
	head[5] = ((length & 7) << 5) | 0x1f;
	return Buffer.concat([head, unit]);
}
