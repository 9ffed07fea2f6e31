import type { InterleavedLink } from "./interleaved-sender.ts";
import type { Presentation } from "./presentation.ts";
import type { SenderListener } from "./sender.ts";
import type { RtspSession } from "./session.ts";

/** A client's connection as the methods see it that serve its requests. */
export interface ClientConnection extends InterleavedLink {
	readonly localAddress: string;
	readonly remoteAddress: string;
	/** `host:port`, as URLs write it: where a client that sent no host reached us. */
	readonly authority: string;
	/** For the log. */
	readonly client: string;
	/** Over TLS: nobody on the way can read it. */
	readonly secure: boolean;
	/** Packets have no other way to the client, or none that is as secret. */
	readonly interleavedOnly: boolean;
	/** A page of another site opened it, in somebody's browser. */
	readonly foreignPage: boolean;
	readonly closed: boolean;
	loggedIn: boolean;
	/** Wrong passwords so far. */
	refusals: number;
	/** Those asked for, or free ones; undefined where they are taken. */
	reserveChannels(
		asked: readonly [number, number] | undefined,
		listener: SenderListener,
	): readonly [number, number] | undefined;
	/** Refuses with 453 where the connection has as many as it may. */
	createSession(user: string, presentation: Presentation): RtspSession;
	/** Ends a session, and with it the connection that carries its packets: so that its client sees the end. */
	endSession(session: RtspSession, reason: string): void;
}
