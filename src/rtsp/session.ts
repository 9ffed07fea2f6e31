import type { Presentation } from "./presentation.ts";
import type { Sender } from "./sender.ts";
import type { TrackViewer } from "./track-viewer.ts";

/** Players over UDP that close their connection and stay send receiver reports about every five seconds (RFC 3550, 6.2). */
const abandonedSeconds = 12;

/** What RTSP travels in; in all but the first its packets do too. */
export type CarriageKind =
	| "RTSP"
	| "RTSP over TLS"
	| "RTSP over HTTP"
	| "RTSP over WebSocket";

/** A track that SETUP made part of a session. */
export interface SessionTrack {
	/** As the client names it: what RTP-Info says. */
	readonly url: string;
	readonly viewer: TrackViewer;
	readonly sender: Pick<Sender, "delivered" | "kind" | "transport">;
	/** The connection that the packets travel in, for interleaved ones. */
	readonly carrier: object | undefined;
}

/** One client's session (RFC 2326, 3.4): its tracks, and when it was last heard of. */
export class RtspSession {
	readonly id: string;
	/** The name of the user who set it up: nobody else may use it. */
	readonly user: string;
	readonly presentation: Presentation;
	/** For the log. */
	readonly client: string;
	/** What carries RTSP itself. */
	readonly carriage: CarriageKind;
	/** Monotonic ms: when it was set up. */
	readonly since: number;
	readonly #tracks = new Map<number, SessionTrack>();
	#heard: number;
	#delivered = 0;
	#ended = false;
	#abandoned = false;
	/** Nothing was heard of the client since its connection was gone: its ports may be somebody else's by now. */
	#forsaken = false;

	constructor(
		id: string,
		user: string,
		presentation: Presentation,
		client: string,
		carriage: CarriageKind,
		now: number,
	) {
		this.id = id;
		this.user = user;
		this.presentation = presentation;
		this.client = client;
		this.carriage = carriage;
		this.since = now;
		this.#heard = now;
	}

	get tracks(): ReadonlyMap<number, SessionTrack> {
		return this.#tracks;
	}

	get ended(): boolean {
		return this.#ended;
	}

	get playing(): boolean {
		for (const track of this.#tracks.values())
			if (track.viewer.playing) return true;
		return false;
	}

	/** `id;timeout=60`, the Session header's value (RFC 2326, 12.37). */
	get header(): string {
		return `${this.id};timeout=${this.presentation.sessionTimeout}`;
	}

	/** A sign of life at `now` (monotonic milliseconds). */
	touch(now: number): void {
		this.#heard = now;
		this.#forsaken = false;
	}

	/** The connection that set it up is gone: the client has to show soon that it is not. */
	abandon(): void {
		this.#abandoned = true;
		this.#forsaken = true;
	}

	/** A request names it again. */
	adopt(): void {
		this.#abandoned = false;
	}

	add(number: number, track: SessionTrack): void {
		this.remove(number);
		this.#tracks.set(number, track);
	}

	/** `silently`: as `TrackViewer.stop`. */
	remove(number: number, silently = false): void {
		const track = this.#tracks.get(number);
		this.#tracks.delete(number);
		track?.viewer.stop(silently);
	}

	/** Whether `connection` carries its packets: it ends with it then. */
	carriedBy(connection: object): boolean {
		for (const track of this.#tracks.values())
			if (track.carrier === connection) return true;
		return false;
	}

	/** Looks after reports; whether the client was heard of within its timeout. */
	alive(now: number): boolean {
		let delivered = 0;
		for (const { viewer, sender } of this.#tracks.values()) {
			viewer.tick(now);
			if (viewer.playing) delivered += sender.delivered ?? 0;
		}
		// Players that only read (over TCP nothing tells them to do more) live while they read.
		if (delivered !== this.#delivered) this.#heard = now;
		this.#delivered = delivered;
		const timeout = this.presentation.sessionTimeout;
		const limit = this.#abandoned
			? Math.min(timeout, abandonedSeconds)
			: timeout;
		if (now - this.#heard <= limit * 1000) return true;
		this.#forsaken = this.#abandoned;
		return false;
	}

	/** `silently`: as `TrackViewer.stop`; so is one ended whose client is gone. */
	end(silently = this.#forsaken): void {
		this.#ended = true;
		for (const number of [...this.#tracks.keys()])
			this.remove(number, silently);
	}
}
