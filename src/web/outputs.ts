import type { FastifyInstance } from "fastify";
import type { CountedVisit } from "../outputs/audience.ts";
import type { MayWatch } from "../outputs/login.ts";
import type { PushStatus } from "../outputs/push/types.ts";
import type { Clock } from "../system/clock.ts";
import type {
	OutputsStatus,
	PushRow,
	Reception,
	ViewerRow,
} from "./page/outputs-status.ts";

/** One session of RTSP's. */
export interface RtspViewing {
	/** `address:port`. */
	readonly client: string;
	readonly user: string;
	readonly profile: string;
	/** What carries RTSP itself. */
	readonly carriage: string;
	readonly playing: boolean;
	/** Monotonic milliseconds. */
	readonly since: number;
	readonly tracks: readonly {
		readonly transport: string;
		readonly framesDropped: number;
		readonly reception:
			| {
					readonly fractionLost: number;
					readonly cumulativeLost: number;
					readonly roundTrip: number | undefined;
			  }
			| undefined;
	}[];
}

export interface OutputsOptions {
	readonly mayWatch: MayWatch;
	readonly visits: () => readonly CountedVisit[];
	readonly rtsp: () => readonly RtspViewing[];
	readonly pushes: () => readonly PushStatus[];
	readonly clock: Clock;
}

/** Serves `GET /outputs`: who watches what, and how the pushes do. */
export function serveOutputs(
	server: FastifyInstance,
	options: OutputsOptions,
): void {
	server.get("/outputs", async (request, reply) => {
		if (!(await options.mayWatch(request, reply))) return reply;
		return reply.header("cache-control", "no-store").send(outputsOf(options));
	});
}

function outputsOf(options: OutputsOptions): OutputsStatus {
	const { visits, rtsp, pushes, clock } = options;
	const viewers = [
		...rtsp().map((one) => rtspRow(one, clock)),
		...visits().map((one) => visitRow(one, clock)),
	];
	return {
		viewers: viewers.sort((a, b) => b.seconds - a.seconds),
		pushes: pushes().map((one) => pushRow(one, clock.now())),
	};
}

const secondsSince = (since: number, clock: Clock) =>
	Math.max(0, Math.round((clock.monotonic() - since) / 1000));

function visitRow({ since, ...visit }: CountedVisit, clock: Clock): ViewerRow {
	return { ...visit, playing: true, seconds: secondsSince(since, clock) };
}

function rtspRow(session: RtspViewing, clock: Clock): ViewerRow {
	const { client, user, profile, carriage, playing, since, tracks } = session;
	const [transport] = tracks.map((track) => track.transport);
	return {
		client: client.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1"),
		user,
		profile,
		by: transport ? `${carriage}, ${transport}` : carriage,
		playing,
		seconds: secondsSince(since, clock),
		reception: worst(tracks),
		framesDropped: tracks.reduce((sum, one) => sum + one.framesDropped, 0),
	};
}

/** Of the track that arrives worst. */
function worst(tracks: RtspViewing["tracks"]): Reception | undefined {
	const [first] = tracks
		.flatMap(({ reception }) => reception ?? [])
		.sort((a, b) => b.fractionLost - a.fractionLost);
	if (first === undefined) return undefined;
	const { fractionLost, cumulativeLost, roundTrip } = first;
	return {
		fractionLost,
		lost: Math.max(0, cumulativeLost),
		roundTripMs: roundTrip,
	};
}

function pushRow(
	{ profile, url, state, since, retryAt, reason }: PushStatus,
	now: number,
): PushRow {
	const seconds = (milliseconds: number) =>
		Math.max(0, Math.round(milliseconds / 1000));
	return {
		profile,
		url,
		state,
		seconds: seconds(now - since),
		retrySeconds: retryAt === undefined ? undefined : seconds(retryAt - now),
		reason,
	};
}
