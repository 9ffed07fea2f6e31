/** What `GET /outputs` answers to a user: shared by the server and the page. */
export interface OutputsStatus {
	readonly viewers: readonly ViewerRow[];
	readonly pushes: readonly PushRow[];
}

/** Somebody who watches. */
export interface ViewerRow {
	/** Address without port. */
	readonly client: string;
	/** Undefined where no login is needed. */
	readonly user?: string | undefined;
	/** The profile's token. */
	readonly profile: string;
	/** The way by which it comes, in words: "RTSP, UDP". */
	readonly by: string;
	/** False while it pauses. */
	readonly playing: boolean;
	/** For so long. */
	readonly seconds: number;
	/** What the viewer's last RTCP report says; undefined where there was none. */
	readonly reception?: Reception | undefined;
	/** Whole frames that were left out because it did not keep up. */
	readonly framesDropped?: number | undefined;
}

export interface Reception {
	/** 0 to 1, between its last two reports. */
	readonly fractionLost: number;
	/** Packets, since it began. */
	readonly lost: number;
	readonly roundTripMs?: number | undefined;
}

/** Somewhere that a profile is sent to without being asked for. */
export interface PushRow {
	/** The profile's token. */
	readonly profile: string;
	/** Without login, path and query, which may hold keys. */
	readonly url: string;
	readonly state: "connecting" | "sending" | "waiting";
	/** In that state for so long. */
	readonly seconds: number;
	/** Until the next try, where it waits for that. */
	readonly retrySeconds?: number | undefined;
	/** Why the last try ended, in words. */
	readonly reason?: string | undefined;
}
