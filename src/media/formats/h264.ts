import { AccessUnit, h264Fmtp, type ParameterSets } from "../rtp/h264.ts";
import { marker } from "../rtp/packet.ts";
import type { VideoDescription } from "../types.ts";
import {
	groupOfPicturesOctets,
	type StreamFormat,
	videoClockRate,
} from "./format.ts";

export interface H264Settings {
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
	/** Undefined when nothing bounds it. */
	readonly bitrateKbit: number | undefined;
}

/** H.264 (RFC 6184). It is described once a key frame and the parameter sets came. */
export class H264Format implements StreamFormat {
	readonly media = "video";
	readonly clockRate = videoClockRate;
	readonly cacheOctets = groupOfPicturesOctets;
	readonly #settings: H264Settings;
	#sets: ParameterSets | undefined;
	#decodable = false;

	constructor(settings: H264Settings) {
		this.#settings = settings;
	}

	get description(): VideoDescription | undefined {
		if (!this.#decodable || !this.#sets) return undefined;
		const { width, height, frameRate, bitrateKbit } = this.#settings;
		return {
			media: "video",
			encodingName: "H264",
			payloadType: 96,
			clockRate: this.clockRate,
			channels: undefined,
			fmtp: h264Fmtp(this.#sets),
			bitrateKbit,
			width,
			height,
			frameRate,
		};
	}

	endsFrame(packet: Buffer): boolean {
		return marker(packet);
	}

	inspect(packets: readonly Buffer[]): boolean {
		const unit = new AccessUnit();
		for (const packet of packets) unit.add(packet);
		if (unit.sps && unit.pps)
			this.#sets = { sps: Buffer.from(unit.sps), pps: Buffer.from(unit.pps) };
		if (unit.key) this.#decodable = true;
		return unit.key;
	}

	restart(): void {
		this.#sets = undefined;
		this.#decodable = false;
	}
}
