import type { StreamFormat } from "../formats/format.ts";
import { groupOfPicturesOctets, videoClockRate } from "../formats/format.ts";
import { H264Format } from "../formats/h264.ts";
import { H265Format } from "../formats/h265.ts";
import { JpegFormat } from "../formats/jpeg.ts";
import type { StreamDescription } from "../types.ts";
import { RelayProducer, type RelaySink } from "./producer.ts";
import type { Relay } from "./relay.ts";
import type { RelaySession } from "./relay-session.ts";

/** The token of the camera's own video in the hub: no encoder configuration's begins with a space. */
export const originalStreamToken = " original";

/** The format of whatever the camera sends now. */
export class OriginalFormat implements StreamFormat {
	readonly media = "video";
	readonly clockRate = videoClockRate;
	readonly cacheOctets = groupOfPicturesOctets;
	#present: StreamFormat = new JpegFormat(settingsOf(undefined));

	begin({ track, size }: RelaySession): void {
		const settings = settingsOf(size);
		if (track.encoding === "JPEG") this.#present = new JpegFormat(settings);
		else if (track.encoding === "H265")
			this.#present = new H265Format(settings);
		else
			this.#present = new H264Format({ ...settings, bitrateKbit: undefined });
	}

	get description(): StreamDescription | undefined {
		return this.#present.description;
	}

	endsFrame(packet: Buffer): boolean {
		return this.#present.endsFrame(packet);
	}

	inspect(packets: readonly Buffer[]): boolean {
		return this.#present.inspect(packets);
	}

	restart(): void {
		this.#present.restart();
	}
}

/** What the camera does not say is 0, and stays out of what we say. */
function settingsOf(size: RelaySession["size"]) {
	return { width: size?.width ?? 0, height: size?.height ?? 0, frameRate: 0 };
}

/** Passes on what the camera sends, whatever it is. */
export function originalProducer(
	relay: Relay,
	format: OriginalFormat,
	sink: RelaySink & { unavailable(reason: string): void },
): RelayProducer {
	return new RelayProducer({
		relay,
		sink,
		passes(session) {
			format.begin(session);
			return session.track.inOrder;
		},
		encoder: {
			start: () =>
				sink.unavailable(
					"the camera sends its packets out of order: they cannot be passed on",
				),
			stop() {},
			requestKeyFrame() {},
			unavailable: undefined,
			stopped: () => Promise.resolve(),
		},
	});
}
