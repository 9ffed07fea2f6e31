import { isIP } from "node:net";
import { findVideo } from "../media/relay/video-track.ts";
import { readDescription } from "../rtsp-client/sdp.ts";
import type { RtpPlace } from "./session.ts";
import { WebcamTrouble } from "./trouble.ts";

const wrong = (what: string) => new WebcamTrouble(what, { usage: true });

/** The first address of a `c=` line, without TTL (RFC 4566, 5.7). */
const connection = (section: string) =>
	/^c=IN IP[46] ([\da-f:.]{2,45})/im.exec(section)?.[1];

/**
 * Where an SDP file says that its video is sent, and what it is.
 * @throws WebcamTrouble when it does not
 */
export function sdpSource(text: string): RtpPlace {
	const [session = "", ...media] = text.split(/^(?=m=)/m);
	if (!/^v=0/.test(session)) throw wrong("the file is no SDP file (RFC 4566)");
	for (const section of media) {
		const track = findVideo(readDescription(session + section, "rtp:"));
		if (!track) continue;
		const port = Number(/^m=video (\d{1,5})/.exec(section)?.[1]);
		const host = connection(section) ?? connection(session) ?? "";
		if (isIP(host) === 0)
			throw wrong("the SDP file names no numeric address in its c= line");
		if (!(port >= 1 && port <= 65_535))
			throw wrong(
				"the SDP file names no port for its video: it is one to be asked for by RTSP",
			);
		return { host, port, track };
	}
	throw wrong("the SDP file names no H.264, H.265 or JPEG video");
}
