import { readSenderReport } from "../../rtp/rtcp.ts";
import type { Clock } from "../../system/clock.ts";
import { Least } from "../least.ts";

/** What is further from now is no time that a camera could mean. */
const plausibleMs = 5000;

/** What a sender report says of one track (RFC 3550, 6.4.1). */
interface Reference {
	/** The camera's wall clock, ms since 1900. */
	readonly ntp: number;
	readonly rtpTimestamp: number;
}

/** One track of the camera's session, as its clock sees it. */
export interface ClockedTrack {
	/** An RTCP packet of the camera's. */
	rtcp(packet: Buffer): void;
	/** When, by our wall clock, what has this timestamp was taken; undefined until the camera has said how its tracks go together. */
	takenAt(rtpTimestamp: number): number | undefined;
}

/**
 * How a camera's tracks go together: by its own clock, which its sender reports tell. That clock may be off by years;
 * whatever came fastest of either track says by how much.
 */
export class CameraClock {
	readonly #clock: Clock;
	readonly #references: (Reference | undefined)[] = [];
	readonly #offset = new Least();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Another track, of so many ticks a second. */
	track(clockRate: number): ClockedTrack {
		const number = this.#references.push(undefined) - 1;
		return {
			rtcp: (packet) => {
				this.#references[number] =
					readReference(packet) ?? this.#references[number];
			},
			takenAt: (rtpTimestamp) => {
				const reference = this.#references[number];
				if (!reference) return undefined;
				const ticks = (rtpTimestamp - reference.rtpTimestamp) | 0;
				return this.#local(reference.ntp + (ticks * 1000) / clockRate);
			},
		};
	}

	#local(ntp: number): number | undefined {
		const now = this.#clock.now();
		this.#offset.add(now - ntp, this.#clock.monotonic());
		const alone = this.#references.length < 2;
		if (alone || this.#references.includes(undefined)) return undefined;
		const takenAt = ntp + (this.#offset.value ?? 0);
		return now - takenAt <= plausibleMs ? takenAt : undefined;
	}
}

/** The reference of a compound packet's sender report; a camera without a clock says 0. */
function readReference(packet: Buffer): Reference | undefined {
	const report = readSenderReport(packet);
	if (!report || report.ntp[0] === 0) return undefined;
	const [seconds, fraction] = report.ntp;
	return {
		ntp: (seconds + fraction / 2 ** 32) * 1000,
		rtpTimestamp: report.rtpTimestamp,
	};
}
