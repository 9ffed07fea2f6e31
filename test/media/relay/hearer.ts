import type { TestContext } from "node:test";
import { payloadOffset, timestamp } from "../../../src/media/rtp/packet.ts";
import { RtspClient } from "../../../src/rtsp-client/client.ts";
import type { MediaFormat } from "../../../src/rtsp-client/sdp.ts";
import { patienceMs } from "../../helpers/patience.ts";

const backlog = 100;
/** Packets whose times are compared: seconds of them, and the work stays the same however long it takes. */
const newest = 400;

interface Report {
	readonly ntpMs: number;
	readonly rtpTimestamp: number;
}

/** One track: what came of it, and its latest sender report. */
class Track {
	readonly packets: Buffer[] = [];
	report: Report | undefined;
	readonly #clockRate: number;

	constructor(clockRate: number) {
		this.#clockRate = clockRate;
	}

	rtp(packet: Buffer): void {
		this.packets.push(packet);
	}

	rtcp(packet: Buffer): void {
		if (packet.readUInt8(1) !== 200) return;
		this.report = {
			ntpMs:
				packet.readUInt32BE(8) * 1000 +
				(packet.readUInt32BE(12) / 2 ** 32) * 1000,
			rtpTimestamp: packet.readUInt32BE(16),
		};
	}

	times(): [string, number][] {
		return this.#live()
			.slice(-newest)
			.map(([at, packet]) => [
				packet.toString("hex", payloadOffset(packet)),
				at,
			]);
	}

	/** By time, what is not filling: 0xff is silence in G.711, 0 in AAC. */
	sizes(): Map<number, number> {
		const sizes = new Map<number, number>();
		for (const [at, packet] of this.#live()) {
			const told = packet
				.subarray(payloadOffset(packet))
				.filter((octet) => octet !== 0xff && octet !== 0).length;
			sizes.set(at, (sizes.get(at) ?? 0) + told);
		}
		return sizes;
	}

	/** A group of pictures that lay there has times of its own. */
	#live(): [number, Buffer][] {
		const { report } = this;
		if (!report) return [];
		return this.packets.slice(backlog).map((packet) => {
			const ticks = (timestamp(packet) - report.rtpTimestamp) | 0;
			return [report.ntpMs + (ticks * 1000) / this.#clockRate, packet];
		});
	}

	/** Payloads by such a time, as they came. */
	told(): [number, Buffer][] {
		return this.#live().map(([at, packet]) => [
			at,
			packet.subarray(payloadOffset(packet)),
		]);
	}

	payloads(): string[] {
		return this.packets.map((packet) =>
			packet.toString("hex", payloadOffset(packet)),
		);
	}
}

/** Watches and hears an address over TCP until the test ends. Comes again, as recorders do, until there is a picture. */
export async function hear(t: TestContext, url: string) {
	const client = await connected(url);
	t.after(() => client.end("the test is over"));
	const of = (type: string) =>
		client.description.media.find((media) => media.type === type);
	const tracks = new Map<string, Track>();
	for (const type of ["video", "audio"]) {
		const media = of(type);
		if (!media) continue;
		const track = new Track(media.formats[0]?.clockRate ?? 0);
		tracks.set(type, track);
		await client.setup(media, "tcp", track);
	}
	await client.play();
	const [video, sound] = [tracks.get("video"), tracks.get("audio")];
	return {
		/** What SDP says of the sound: `PCMU/8000 0 undefined`; undefined when there is none. */
		said: saidOf(of("audio")?.formats[0]),
		payloads: () => sound?.payloads() ?? [],
		pictures: () => video?.packets.length ?? 0,
		/** Payloads, each with the time (NTP, in ms) at which it was taken, as the latest sender report has it; of the newest packets that came live. */
		times: (type: "video" | "audio") => tracks.get(type)?.times() ?? [],
		/** The sound's payloads, each with such a time. */
		told: () => sound?.told() ?? [],
		/** Octets that tell something, by such a time. */
		sizes: (type: "video" | "audio") =>
			tracks.get(type)?.sizes() ?? new Map<number, number>(),
	};
}

function saidOf(format: MediaFormat | undefined): string | undefined {
	if (!format) return undefined;
	const { encodingName, clockRate, channels, payloadType, fmtp } = format;
	const parameters = [...fmtp].map((pair) => pair.join("=")).join(";");
	const rate = channels > 1 ? `${clockRate}/${channels}` : clockRate;
	return `${encodingName}/${rate} ${payloadType} ${parameters || undefined}`;
}

async function connected(url: string): Promise<RtspClient> {
	const end = performance.now() + patienceMs;
	for (;;)
		try {
			const signal = new AbortController().signal;
			return await RtspClient.connect({ url, signal });
		} catch (error) {
			if (performance.now() > end) throw error;
		}
}
