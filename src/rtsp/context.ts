import type { Guesses } from "../auth/guesses.ts";
import type { DigestAuth, Identity } from "../auth/types.ts";
import type { Pacer } from "../media/rtp/pacer.ts";
import type { Groups } from "../media/send/groups.ts";
import type { StreamDirectory } from "../media/types.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import type { Network } from "../system/network-types.ts";
import type { ClientConnection } from "./client-connection.ts";
import type { RtspLimits } from "./limits.ts";
import type { RtspRequest } from "./message.ts";
import type { RequestTarget } from "./request-url.ts";
import type { SessionStore } from "./session-store.ts";
import type { Header } from "./status.ts";
import type { UdpPorts } from "./udp-ports.ts";

/** What sending to groups takes. */
export interface Multicasting {
	readonly groups: Groups;
	readonly network: Pick<Network, "interfaces">;
}

/** What everything in one server shares. */
export interface RtspContext {
	readonly directory: StreamDirectory;
	readonly auth: DigestAuth;
	readonly guesses: Guesses;
	readonly log: Log;
	readonly clock: Clock;
	readonly random: (size: number) => Buffer;
	readonly limits: RtspLimits;
	readonly sessions: SessionStore;
	readonly udp: UdpPorts;
	readonly pacer: Pacer;
	/** Undefined where no groups are sent to. */
	readonly multicast: Multicasting | undefined;
	/** RTCP's name for this server, the same on every track (RFC 7022, 4.2). */
	readonly cname: string;
}

/** A request on its way through a method: its sender is known, unless the method is OPTIONS. */
export interface Exchange {
	readonly context: RtspContext;
	readonly connection: ClientConnection;
	readonly request: RtspRequest;
	readonly identity: Identity | undefined;
	/** Undefined for `*`. */
	readonly target: RequestTarget | undefined;
}

/** A method's answer when it did what it was asked; otherwise it throws a `Refusal`. */
export interface Success {
	readonly headers?: readonly Header[];
	readonly body?: string;
	/** Runs once the response is written: what must not overtake it. */
	readonly after?: () => void;
}

/** One RTSP method (RFC 2326, 10). */
export type RtspMethod = (exchange: Exchange) => Success | Promise<Success>;
