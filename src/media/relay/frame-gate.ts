import { AccessUnit } from "../rtp/h264.ts";
import { jpegSize } from "../rtp/jpeg-extension.ts";
import {
	isRtp,
	marker,
	payloadOffset,
	rtpHeaderLength,
	timestamp,
} from "../rtp/packet.ts";
import { hevcUnit } from "./hevc.ts";
import { type PictureSize, sizeFromSps } from "./sps.ts";
import type { VideoTrack } from "./video-track.ts";

/** A whole picture of the camera; its packets have gapless sequence numbers. */
export interface RelayFrame {
	readonly packets: readonly Buffer[];
	/** A decoder can start here: it begins with its parameter sets. */
	readonly key: boolean;
	/** By our wall clock, ms since 1970; undefined where the camera does not tell. */
	readonly takenAt?: number | undefined;
}

export interface GateSinks {
	frame(frame: RelayFrame): void;
	/** Told with each key frame that says it. */
	size(size: PictureSize): void;
}

/** What our own streams have, which no camera needs to know of. */
export const payloadTypes = { H264: 96, H265: 96, JPEG: 26 } as const;
const maxPackets = 8192;
const maxOctets = 8 * 1024 * 1024;
const jpegHeaderLength = 8;
const lateness = 128;

/**
 * Lets whole pictures through and nothing else: one that lost a packet is left out, and for H.264 and H.265 whatever
 * leans on it, up to the next key frame. Key frames get the parameter sets that they lack.
 */
export class FrameGate {
	readonly #track: VideoTrack;
	readonly #sinks: GateSinks;
	#sets: readonly Buffer[];
	#pending: Buffer[] = [];
	#octets = 0;
	#expected: number | undefined;
	#damaged = false;
	#waitsForKey = true;
	#sequenceNumber = 0;

	constructor(track: VideoTrack, sinks: GateSinks) {
		this.#track = track;
		this.#sinks = sinks;
		this.#sets = track.parameterSets;
	}

	/** The packet is the gate's from here on. */
	push(packet: Buffer): void {
		if (!isRtp(packet)) return;
		if ((packet.readUInt8(1) & 0x7f) !== this.#track.payloadType) return;
		const sequenceNumber = packet.readUInt16BE(2);
		if (this.#expected !== undefined) {
			const ahead = (sequenceNumber - this.#expected) & 0xffff;
			// Sent twice, or late; from further away the camera counts anew.
			if (ahead >= 0x10000 - lateness) return;
			if (ahead > 0) this.#lost(packet);
		}
		this.#expected = (sequenceNumber + 1) & 0xffff;
		const first = this.#pending[0];
		// Some cameras forget the marker.
		if (first && timestamp(first) !== timestamp(packet)) this.#flush();
		this.#pending.push(packet);
		this.#octets += packet.length;
		if (this.#pending.length > maxPackets || this.#octets > maxOctets) {
			this.#forget();
			this.#lost(packet);
		} else if (marker(packet)) this.#flush();
	}

	/** What is missing may be the end of the picture before `packet`, and the beginning of its own. */
	#lost(packet: Buffer): void {
		const first = this.#pending[0];
		if (first && timestamp(first) !== timestamp(packet)) this.#forget();
		this.#damaged = true;
		if (this.#track.encoding !== "JPEG") this.#waitsForKey = true;
	}

	#forget(): void {
		this.#pending = [];
		this.#octets = 0;
	}

	#flush(): void {
		const packets = this.#pending;
		const damaged = this.#damaged;
		this.#forget();
		this.#damaged = false;
		if (damaged) return;
		const key = this.#key(packets);
		if (key === undefined || (this.#waitsForKey && !key)) return;
		this.#waitsForKey = false;
		const whole = key ? this.#withSets(packets) : packets;
		for (const [index, packet] of whole.entries()) {
			const last = index === whole.length - 1 ? 0x80 : 0;
			packet.writeUInt8(last | payloadTypes[this.#track.encoding], 1);
			packet.writeUInt16BE(this.#sequenceNumber, 2);
			this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
		}
		this.#sinks.frame({ packets: whole, key });
	}

	/** Whether a decoder can start here; undefined for what is no picture. */
	#key(packets: readonly Buffer[]): boolean | undefined {
		if (this.#track.encoding === "JPEG") return this.#jpegKey(packets[0]);
		if (this.#track.encoding === "H265") {
			const { key, sets } = hevcUnit(packets);
			if (sets.length > 0) this.#sets = sets;
			return key;
		}
		const unit = new AccessUnit();
		for (const packet of packets) unit.add(packet);
		if (unit.sps) {
			const size = sizeFromSps(unit.sps);
			if (size) this.#sinks.size(size);
			if (unit.pps) this.#sets = [Buffer.from(unit.sps), Buffer.from(unit.pps)];
		}
		// Parameter sets that come alone wait for their key frame.
		return unit.sps && !unit.key ? undefined : unit.key;
	}

	#jpegKey(packet: Buffer | undefined): boolean | undefined {
		if (!packet) return undefined;
		const at = payloadOffset(packet);
		if (packet.length <= at + jpegHeaderLength) return undefined;
		const size = jpegSize(packet);
		if (size) this.#sinks.size(size);
		return true;
	}

	#withSets(packets: readonly Buffer[]): readonly Buffer[] {
		const [first] = packets;
		if (!first || this.#track.encoding === "JPEG" || this.#hasSets(packets))
			return packets;
		const added = this.#sets.map((set) => {
			const packet = Buffer.alloc(rtpHeaderLength + set.length);
			packet.writeUInt8(0x80, 0);
			packet.writeUInt32BE(timestamp(first), 4);
			set.copy(packet, rtpHeaderLength);
			return packet;
		});
		return [...added, ...packets];
	}

	#hasSets(packets: readonly Buffer[]): boolean {
		if (this.#track.encoding === "H265")
			return hevcUnit(packets).sets.length > 0;
		const unit = new AccessUnit();
		for (const packet of packets) unit.add(packet);
		return unit.sps !== undefined && unit.pps !== undefined;
	}
}
