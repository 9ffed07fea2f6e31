import { createHash } from "node:crypto";
import { networkInterfaces } from "node:os";
import type { TestContext } from "node:test";
import { createDigestAuth } from "../../src/auth/digest.ts";
import { createGuesses } from "../../src/auth/guesses.ts";
import type { User } from "../../src/auth/types.ts";
import type { Backchannel, Stream, Track } from "../../src/media/types.ts";
import type { Multicasting } from "../../src/rtsp/context.ts";
import type { RtspLimits } from "../../src/rtsp/limits.ts";
import { RtspServer } from "../../src/rtsp/server.ts";
import { type Clock, systemClock } from "../../src/system/clock.ts";
import type { Log, LogFields } from "../../src/system/log.ts";
import { patienceMs } from "../helpers/patience.ts";

export const users: readonly User[] = [
	{ name: "admin", password: "sesame 1:2", level: "Administrator" },
	{ name: "viewer", password: "look", level: "User" },
];

/** The loopback addresses that there are: IPv6 may be off. */
export const loopbacks: readonly string[] = ["127.0.0.1", "::1"].filter(
	(address) =>
		Object.values(networkInterfaces())
			.flat()
			.some((one) => one?.address === address),
);

export interface Logged {
	readonly message: string;
	readonly fields: LogFields | undefined;
}

export interface Started {
	readonly server: RtspServer;
	readonly port: number;
	readonly logged: Logged[];
	/** `rtsp://127.0.0.1:port/main` */
	readonly url: string;
}

export interface StartOptions {
	/** By profile: its video, or all its tracks. */
	readonly streams: Readonly<Record<string, Stream | readonly Track[]>>;
	/** Of every profile. */
	readonly backchannel?: Backchannel;
	readonly limits?: Partial<RtspLimits>;
	readonly clock?: Clock;
	readonly host?: string;
	/** Seconds; 60 if not given. */
	readonly sessionTimeout?: number;
	readonly multicast?: Multicasting;
}

/** A server on a free loopback port with real Digest and two users; it is closed with the test. */
export async function startServer(
	t: TestContext,
	options: StartOptions,
): Promise<Started> {
	const { streams, limits, clock = systemClock, host = "127.0.0.1" } = options;
	const logged: Logged[] = [];
	const note = (message: string, fields?: LogFields) =>
		void logged.push({ message, fields });
	const log: Log = { info: note, warn: note, error: note };
	const server = new RtspServer({
		directory: {
			find: (token) => {
				const stream = Object.hasOwn(streams, token)
					? streams[token]
					: undefined;
				return (
					stream && {
						name: `the ${token}`,
						sessionTimeout: options.sessionTimeout ?? 60,
						tracks: isTracks(stream) ? stream : [{ media: "video", stream }],
						backchannel: options.backchannel,
					}
				);
			},
		},
		auth: createDigestAuth({
			realm: "onvifd",
			clock,
			protocol: "rtsp",
			users: {
				find: (name: string) => users.find((user) => user.name === name),
			},
		}),
		guesses: createGuesses(clock),
		log,
		clock,
		limits: { sweepMilliseconds: 20, ...limits },
		...(options.multicast && { multicast: options.multicast }),
	});
	const { port } = await server.listen(0, host);
	t.after(() => server.close());
	const shown = host.includes(":") ? `[${host}]` : host;
	return { server, port, logged, url: `rtsp://${shown}:${port}/main` };
}

function isTracks(given: Stream | readonly Track[]): given is readonly Track[] {
	return Array.isArray(given);
}

/** RFC 2069's answer to a challenge. */
export function authorization(
	challenge: string,
	method: string,
	uri: string,
	user: string,
	password: string,
): string {
	const part = (name: string) =>
		new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
	const md5 = (text: string) => createHash("md5").update(text).digest("hex");
	const [realm, nonce] = [part("realm"), part("nonce")];
	const response = md5(
		`${md5(`${user}:${realm}:${password}`)}:${nonce}:${md5(`${method}:${uri}`)}`,
	);
	return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`;
}

/** Resolves once `condition` holds; rejects, saying what was waited for, when nobody believes in it any more. */
export async function until(
	what: string,
	condition: () => boolean,
): Promise<void> {
	const end = performance.now() + patienceMs;
	while (!condition()) {
		if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
