import type { Writable } from "node:stream";
import type { CaptureFeed } from "../gstreamer/capture-feed.ts";
import type { RelayFrame } from "./frame-gate.ts";
import type { Relay } from "./relay.ts";

/** A decoder that is this far behind loses pictures, up to the next key frame. */
const maxOctets = 4 * 1024 * 1024;

/** Writes frames as RTP behind 16-bit lengths (RFC 4571), from a key frame on. */
export function rtpWriter(stdin: Writable): (frame: RelayFrame) => void {
	let flows = false;
	return ({ packets, key }) => {
		if (stdin.writableLength > maxOctets) flows = false;
		else if (key) flows = true;
		if (!flows) return;
		stdin.cork();
		for (const packet of packets) {
			const length = Buffer.alloc(2);
			length.writeUInt16BE(packet.length);
			stdin.write(length);
			stdin.write(packet);
		}
		stdin.uncork();
	};
}

/** Another camera's video for a capture that decodes it; waits for the camera. Rejects when `signal` aborts. */
export async function relayFeed(
	relay: Relay,
	signal: AbortSignal,
): Promise<CaptureFeed> {
	const release = relay.acquire();
	try {
		const session = await relay.session(signal);
		let leave = () => {};
		return {
			encoding: session.track.encoding,
			attach(stdin) {
				leave = session.subscribe(rtpWriter(stdin));
				const end = () => stdin.end();
				if (session.ended.aborted) end();
				else session.ended.addEventListener("abort", end, { once: true });
			},
			close() {
				leave();
				release();
			},
		};
	} catch (error) {
		release();
		throw error;
	}
}
