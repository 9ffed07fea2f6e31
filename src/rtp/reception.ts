import {
	middle,
	type ReceivedSenderReport,
	type ReceptionBlock,
} from "./rtcp.ts";

/** A sequence number that lies farther ahead belongs to a stream that began anew (RFC 3550, A.1). */
const farAhead = 3000;
const farBehind = 100;

/** What is received of one sender's stream, for receiver reports (RFC 3550, 6.4.1, A.1, A.3 and A.8). */
export class Reception {
	readonly #clockRate: number;
	#ssrc: number | undefined;
	#first = 0;
	#highest = 0;
	#cycles = 0;
	#received = 0;
	#expectedBefore = 0;
	#receivedBefore = 0;
	#transit: number | undefined;
	#jitter = 0;
	#lastReport = 0;
	#lastReportAt = 0;

	constructor(clockRate: number) {
		this.#clockRate = clockRate;
	}

	/** A whole RTP packet that came at `now` (milliseconds of any clock that only goes forward). */
	packet(packet: Buffer, now: number): void {
		const sequenceNumber = packet.readUInt16BE(2);
		const ssrc = packet.readUInt32BE(8);
		const ahead = (sequenceNumber - this.#highest) & 0xffff;
		const goesOn =
			ssrc === this.#ssrc && (ahead < farAhead || ahead > 0x10000 - farBehind);
		if (!goesOn) this.#begin(ssrc, sequenceNumber);
		else if (ahead < farAhead) {
			if (sequenceNumber < this.#highest) this.#cycles += 0x10000;
			this.#highest = sequenceNumber;
		}
		this.#received++;
		this.#measure(packet.readUInt32BE(4), now);
	}

	/** A sender report came at `now`. */
	senderReport({ ssrc, ntp }: ReceivedSenderReport, now: number): void {
		if (ssrc !== this.#ssrc) return;
		this.#lastReport = middle(ntp);
		this.#lastReportAt = now;
	}

	/** What has come up to now; undefined before anything has. */
	report(now: number): ReceptionBlock | undefined {
		if (this.#ssrc === undefined) return undefined;
		const highest = this.#cycles + this.#highest;
		const expected = highest - this.#first + 1;
		const lost = expected - this.#received;
		const expectedNow = expected - this.#expectedBefore;
		const lostNow = expectedNow - (this.#received - this.#receivedBefore);
		this.#expectedBefore = expected;
		this.#receivedBefore = this.#received;
		const since = this.#lastReport === 0 ? 0 : now - this.#lastReportAt;
		return {
			ssrc: this.#ssrc,
			fractionLost:
				lostNow > 0 ? Math.min(255, (lostNow * 256) / expectedNow) : 0,
			cumulativeLost: Math.max(-0x800000, Math.min(0x7fffff, lost)),
			highest: highest >>> 0,
			jitter: Math.floor(this.#jitter),
			lastReport: this.#lastReport,
			sinceLastReport: Math.round((since / 1000) * 65_536),
		};
	}

	#begin(ssrc: number, sequenceNumber: number): void {
		this.#ssrc = ssrc;
		this.#first = sequenceNumber;
		this.#highest = sequenceNumber;
		this.#cycles = 0;
		this.#received = 0;
		this.#expectedBefore = 0;
		this.#receivedBefore = 0;
		this.#transit = undefined;
		this.#jitter = 0;
		this.#lastReport = 0;
	}

	#measure(rtpTimestamp: number, now: number): void {
		const arrival = Math.round((now * this.#clockRate) / 1000);
		const transit = (arrival - rtpTimestamp) | 0;
		if (this.#transit !== undefined) {
			const difference = Math.abs((transit - this.#transit) | 0);
			this.#jitter += (difference - this.#jitter) / 16;
		}
		this.#transit = transit;
	}
}
