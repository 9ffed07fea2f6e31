import { marker } from "../rtp/packet.ts";
import type { VideoDescription } from "../types.ts";
import {
	groupOfPicturesOctets,
	type StreamFormat,
	videoClockRate,
} from "./format.ts";

export interface JpegSettings {
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
}

/** JPEG (RFC 2435): each picture stands for itself. It is described once one came. */
export class JpegFormat implements StreamFormat {
	readonly media = "video";
	readonly clockRate = videoClockRate;
	readonly cacheOctets = groupOfPicturesOctets;
	readonly #settings: JpegSettings;
	#seen = false;

	constructor(settings: JpegSettings) {
		this.#settings = settings;
	}

	get description(): VideoDescription | undefined {
		if (!this.#seen) return undefined;
		const { width, height, frameRate } = this.#settings;
		return {
			media: "video",
			encodingName: "JPEG",
			payloadType: 26,
			clockRate: this.clockRate,
			channels: undefined,
			fmtp: undefined,
			bitrateKbit: undefined,
			width,
			height,
			frameRate,
		};
	}

	endsFrame(packet: Buffer): boolean {
		return marker(packet);
	}

	inspect(): boolean {
		this.#seen = true;
		return true;
	}

	restart(): void {
		this.#seen = false;
	}
}
