import type { StartPoint } from "../media/types.ts";
import type { ReceptionReport } from "./rtcp-reader.ts";

/** What a viewer was sent, and what it says of it. */
export interface ViewerStatistics {
	packets: number;
	octets: number;
	/** Whole frames not sent because the viewer did not keep up. */
	framesDropped: number;
	reception: ReceptionReport | undefined;
}

/** One track of one session, as its methods drive it. */
export interface TrackViewer {
	readonly statistics: ViewerStatistics;
	readonly playing: boolean;
	/** Resolves when `position` can be asked for. */
	start(): Promise<void>;
	/** PLAY was answered. */
	release(): void;
	/** Where the viewer begins, or already is; undefined when that cannot be told. */
	position(): StartPoint | undefined;
	/** PAUSE. */
	pause(): void;
	/** Leaves for good; `silently` when the client's ports are somebody else's by now. */
	stop(silently?: boolean): void;
	/** To be called about once a second. `now` is monotonic. */
	tick(now: number): void;
}
