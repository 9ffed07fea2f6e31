import { diagnose } from "../gstreamer/diagnose.ts";
import { startGstLaunch } from "../gstreamer/gst-launch.ts";
import { toFullRange } from "../gstreamer/range.ts";
import { type Frame, SourceUnavailable } from "../types.ts";

const limitMs = 9000;
const maxOctets = 32 * 1024 * 1024;

/** RTP of one H.264 key frame on stdin, each packet behind its length (RFC 4571), to a JPEG file on stdout. */
export function pictureLine(quality: number): string[] {
	return [
		"-q",
		"fdsrc",
		"fd=0",
		"!",
		"application/x-rtp-stream,media=video,clock-rate=90000,encoding-name=H264,payload=96",
		"!",
		"rtpstreamdepay",
		"!",
		"rtph264depay",
		"!",
		"decodebin",
		"!",
		"videoconvert",
		"!",
		...toFullRange,
		"!",
		"jpegenc",
		`quality=${quality}`,
		"!",
		"fdsink",
		"fd=1",
		"sync=false",
	];
}

/** The frame's packets, each behind its length: its interleaved headers without their first half. */
export function framedPackets(frame: Frame): Buffer {
	const parts = frame.packets.map((start, index) => {
		const next = frame.packets[index + 1];
		return frame.interleaved.subarray(
			start - 2,
			next === undefined ? undefined : next - 4,
		);
	});
	return Buffer.concat(parts);
}

/** A JPEG file of an H.264 key frame. Rejects with `SourceUnavailable`. */
export async function pictureOf(
	frame: Frame,
	quality: number,
): Promise<Buffer> {
	const program = startGstLaunch({
		name: "snapshot",
		args: pictureLine(quality),
		writable: true,
	});
	const timer = setTimeout(() => program.kill(), limitMs);
	const chunks: Buffer[] = [];
	let octets = 0;
	program.stdout.on("data", (chunk: Buffer) => {
		octets += chunk.length;
		if (octets > maxOctets) program.kill();
		else chunks.push(chunk);
	});
	program.stdin?.end(framedPackets(frame));
	const exit = await program.exited;
	clearTimeout(timer);
	if (exit.code !== 0 || octets === 0)
		throw new SourceUnavailable(diagnose(exit).reason);
	return Buffer.concat(chunks, octets);
}
