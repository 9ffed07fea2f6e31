import { hevcUnit } from "../relay/hevc.ts";
import { marker } from "../rtp/packet.ts";
import type { VideoDescription } from "../types.ts";
import {
	groupOfPicturesOctets,
	type StreamFormat,
	videoClockRate,
} from "./format.ts";
import type { JpegSettings } from "./jpeg.ts";

const parameterNames = new Map([
	[32, "sprop-vps"],
	[33, "sprop-sps"],
	[34, "sprop-pps"],
]);
/** In each: nal_unit_type (H.265, 7.3.1.2). */
const typeOf = (unit: Buffer) => (unit.readUInt8(0) >> 1) & 0x3f;

/** H.265 (RFC 7798). It is described once a key frame and its parameter sets came. */
export class H265Format implements StreamFormat {
	readonly media = "video";
	readonly clockRate = videoClockRate;
	readonly cacheOctets = groupOfPicturesOctets;
	readonly #settings: JpegSettings;
	#fmtp: string | undefined;
	#decodable = false;

	constructor(settings: JpegSettings) {
		this.#settings = settings;
	}

	get description(): VideoDescription | undefined {
		if (!this.#decodable || this.#fmtp === undefined) return undefined;
		return {
			media: "video",
			encodingName: "H265",
			payloadType: 96,
			clockRate: this.clockRate,
			channels: undefined,
			fmtp: this.#fmtp,
			bitrateKbit: undefined,
			...this.#settings,
		};
	}

	endsFrame(packet: Buffer): boolean {
		return marker(packet);
	}

	inspect(packets: readonly Buffer[]): boolean {
		const { key, sets } = hevcUnit(packets);
		if (sets.length > 0) this.#fmtp = fmtpOf(sets);
		if (key) this.#decodable = true;
		return key;
	}

	restart(): void {
		this.#fmtp = undefined;
		this.#decodable = false;
	}
}

/** RFC 7798, 7.1: one parameter a kind, its units parted by commas. */
function fmtpOf(sets: readonly Buffer[]): string {
	return [...parameterNames]
		.map(([type, name]) => {
			const units = sets.filter((unit) => typeOf(unit) === type);
			return `${name}=${units.map((unit) => unit.toString("base64")).join()}`;
		})
		.join(";");
}
