import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Presentation } from "./presentation.ts";
import { type CarriageKind, RtspSession } from "./session.ts";

/** All sessions of a server, by their unguessable ids. */
export class SessionStore {
	readonly #sessions = new Map<string, RtspSession>();
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #random: (size: number) => Buffer;

	constructor(clock: Clock, log: Log, random: (size: number) => Buffer) {
		this.#clock = clock;
		this.#log = log;
		this.#random = random;
	}

	get size(): number {
		return this.#sessions.size;
	}

	[Symbol.iterator](): IterableIterator<RtspSession> {
		return this.#sessions.values();
	}

	create(
		user: string,
		presentation: Presentation,
		client: string,
		carriage: CarriageKind,
	): RtspSession {
		// 128 random bits (RFC 2326, 3.4 asks for eight octets at least).
		const id = this.#random(16).toString("hex");
		const now = this.#clock.monotonic();
		const session = new RtspSession(
			id,
			user,
			presentation,
			client,
			carriage,
			now,
		);
		this.#sessions.set(id, session);
		return session;
	}

	/**
	 * The session that a Session header names, and that header alone keeps it alive.
	 * `user` undefined stands for a request without login (OPTIONS): knowing the id is enough.
	 */
	find(header: string, user: string | undefined): RtspSession | undefined {
		const [id = ""] = header.split(";");
		const session = this.#sessions.get(id.trim());
		if (session === undefined) return undefined;
		if (user !== undefined && session.user !== user) return undefined;
		session.touch(this.#clock.monotonic());
		session.adopt();
		return session;
	}

	/** `silently`: as `TrackViewer.stop`. */
	end(session: RtspSession, reason: string, silently?: boolean): void {
		if (!this.#sessions.delete(session.id)) return;
		let dropped = 0;
		let lost = 0;
		for (const { viewer } of session.tracks.values()) {
			dropped += viewer.statistics.framesDropped;
			lost += viewer.statistics.reception?.cumulativeLost ?? 0;
		}
		session.end(silently);
		this.#log.info("RTSP session ended", {
			client: session.client,
			profile: session.presentation.profileToken,
			reason,
			framesDropped: dropped > 0 ? dropped : undefined,
			// As the viewer's last receiver report says.
			packetsLost: lost > 0 ? lost : undefined,
		});
	}

	/** Ends what has not been heard of within its timeout; gives those back, since their connections have to go too. */
	sweep(): RtspSession[] {
		const now = this.#clock.monotonic();
		const silent: RtspSession[] = [];
		for (const session of this.#sessions.values())
			if (!session.alive(now)) silent.push(session);
		return silent;
	}
}
