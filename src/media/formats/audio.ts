import type { RtpDescription, StreamDescription } from "../types.ts";
import type { StreamFormat } from "./format.ts";

/**
 * Sound whose every RTP packet can be played by itself. What SDP says of it is settled before it begins, so that
 * nobody who asks has to wait for the microphone.
 */
export class AudioFormat implements StreamFormat {
	readonly media = "audio";
	readonly cacheOctets = 0;
	readonly description: StreamDescription;

	constructor(rtp: Omit<RtpDescription, "media">) {
		this.description = { ...rtp, media: "audio" };
	}

	get clockRate(): number {
		return this.description.clockRate;
	}

	endsFrame(): boolean {
		return true;
	}

	inspect(): boolean {
		return true;
	}

	restart(): void {}
}
