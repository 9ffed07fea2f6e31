import type { GroupLease } from "../media/send/groups.ts";
import type { StartPoint } from "../media/types.ts";
import type { TrackViewer, ViewerStatistics } from "./track-viewer.ts";

/** One who listens to a group, beside others: what is sent is everybody's. */
export class MulticastViewer implements TrackViewer {
	readonly statistics: ViewerStatistics = {
		packets: 0,
		octets: 0,
		framesDropped: 0,
		reception: undefined,
	};
	readonly #lease: GroupLease;
	#playing = false;

	constructor(lease: GroupLease) {
		this.#lease = lease;
	}

	get playing(): boolean {
		return this.#playing;
	}

	start(): Promise<void> {
		this.#playing = true;
		return Promise.resolve();
	}

	release(): void {
		if (this.#playing) this.#lease.start();
	}

	position(): StartPoint | undefined {
		return this.#lease.position;
	}

	/** For the others it goes on (ONVIF Streaming, "Multicast streaming"). */
	pause(): void {
		this.#playing = false;
		this.#lease.stop();
	}

	stop(): void {
		this.#playing = false;
		this.#lease.release();
	}

	tick(): void {}
}
