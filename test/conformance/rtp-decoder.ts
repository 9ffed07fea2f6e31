import { spawn } from "node:child_process";
import { once } from "node:events";
import { patienceMs } from "../helpers/patience.ts";

export interface Decoded {
	readonly pictures: number;
	readonly width: number;
	readonly height: number;
}

/** Packets of one stream to pictures, by GStreamer's own choice of elements. */
export async function decode(
	encodingName: string,
	payloadType: number,
	packets: readonly Buffer[],
): Promise<Decoded> {
	const rtp = `media=video,clock-rate=90000,encoding-name=${encodingName},payload=${payloadType}`;
	const child = spawn(
		"gst-launch-1.0",
		[
			...["-v", "fdsrc", "fd=0", "!", `application/x-rtp-stream,${rtp}`],
			...["!", "rtpstreamdepay", "!", `application/x-rtp,${rtp}`, "!"],
			...["decodebin", "!", "fakesink", "silent=false"],
		],
		{ stdio: ["pipe", "pipe", "ignore"] },
	);
	let told = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		told += text;
	});
	// It may end before it has read all.
	child.stdin.on("error", () => {});
	for (const packet of packets) {
		const length = Buffer.alloc(2);
		length.writeUInt16BE(packet.length);
		child.stdin.write(Buffer.concat([length, packet]));
	}
	child.stdin.end();
	const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
	await once(child, "close");
	clearTimeout(timer);
	const size =
		/fakesink0\S*sink: caps = video\/x-raw.*?width=\(int\)(\d+).*?height=\(int\)(\d+)/.exec(
			told,
		);
	return {
		pictures: told.match(/last-message = chain/g)?.length ?? 0,
		width: Number(size?.[1] ?? 0),
		height: Number(size?.[2] ?? 0),
	};
}
