import type { TrackMedia } from "../media/types.ts";
import type { Sender } from "./sender.ts";
import type { CarriageKind, RtspSession } from "./session.ts";
import type { ViewerStatistics } from "./track-viewer.ts";

/** A track that somebody was sent, and how it arrives. */
export interface TrackStatus extends Readonly<ViewerStatistics> {
	readonly media: TrackMedia;
	readonly transport: Sender["kind"];
}

/** One RTSP session, for the page and for metrics. */
export interface ViewerStatus {
	/** `address:port`. */
	readonly client: string;
	readonly user: string;
	/** The profile's token. */
	readonly profile: string;
	readonly carriage: CarriageKind;
	/** Monotonic ms: when it was set up. */
	readonly since: number;
	readonly playing: boolean;
	readonly tracks: readonly TrackStatus[];
}

/** How a session is just now; it does not change with the session. */
export function viewerStatus(session: RtspSession): ViewerStatus {
	const { client, user, presentation, carriage, since, playing } = session;
	const tracks = [...session.tracks].flatMap(([number, track]) => {
		const media = presentation.tracks[number]?.media;
		return media
			? [{ ...track.viewer.statistics, media, transport: track.sender.kind }]
			: [];
	});
	const profile = presentation.profileToken;
	return { client, user, profile, carriage, since, playing, tracks };
}
