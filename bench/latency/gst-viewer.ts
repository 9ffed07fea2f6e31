import { spawn } from "node:child_process";
import { once } from "node:events";
import { age, blockRows, width } from "./timed-picture.ts";

/** I420 of the rows that are looked at. */
const rows = blockRows / 2;
const cropped = (width * rows * 3) / 2;

/**
 * Watches with GStreamer, without any jitter buffer, until so many pictures were decoded.
 * @param location the properties of rtspsrc: where, as whom and how
 * @returns milliseconds from each picture to its being decoded; the first ones, which are the past, left out
 */
export async function decodedLatencies(
	location: readonly string[],
	pictures: number,
): Promise<number[]> {
	const child = spawn(
		"/usr/bin/gst-launch-1.0",
		[
			...["-q", "rtspsrc", "latency=0", ...location, "!", "rtph264depay"],
			...["!", "avdec_h264", "max-threads=1", "!"],
			...["videocrop", `top=${rows / 2}`, `bottom=${720 - rows - rows / 2}`],
			...["!", "fdsink", "fd=1", "sync=false"],
		],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	const ages: number[] = [];
	const skipped = 30;
	let seen = 0;
	let rest = Buffer.alloc(0);
	child.stdout.on("data", (chunk: Buffer) => {
		const now = Date.now();
		rest = Buffer.concat([rest, chunk]);
		for (; rest.length >= cropped; rest = rest.subarray(cropped)) {
			const late = age(rest.subarray(0, width), now);
			if (late !== undefined && ++seen > skipped) ages.push(late);
		}
		if (ages.length >= pictures) child.kill("SIGINT");
	});
	const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
	await once(child, "exit");
	clearTimeout(timer);
	if (ages.length < pictures)
		throw new Error(`only ${ages.length} pictures were decoded`);
	return ages.slice(0, pictures);
}
