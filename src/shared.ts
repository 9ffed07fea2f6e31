import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { withBasic } from "./auth/basic.ts";
import { createDigestAuth, type DigestOptions } from "./auth/digest.ts";
import { createGuesses, type Guesses } from "./auth/guesses.ts";
import { createHttpAccess, type HttpAccess } from "./auth/http-access.ts";
import { createSessions, type SessionOptions } from "./auth/sessions.ts";
import type { DigestAuth, UsernameTokenAuth } from "./auth/types.ts";
import type { UserStore } from "./auth/user-store.ts";
import { createUsernameTokenAuth } from "./auth/username-token.ts";
import type { Config } from "./config/load.ts";
import type { Users } from "./onvif/context.ts";
import type { Clock } from "./system/clock.ts";
import type { HostClock } from "./system/host-clock.ts";
import type { Log } from "./system/log.ts";
import type { Network } from "./system/network-types.ts";
import type { Undo } from "./system/undo.ts";
import type { Subject } from "./tls/certificate-request.ts";
import type { Certificates } from "./tls/certificates.ts";

const realm = "onvifd";

/** What the cameras of a process have in common. */
export interface Shared {
	readonly version: string;
	readonly clock: Clock;
	readonly hostClock: HostClock;
	readonly network: Network;
	readonly users: Users;
	readonly auth: Auth;
	/** For TLS; read, or made, when first wanted. Rejects with CannotStart. */
	readonly certificates: () => Promise<Certificates>;
	/** SystemReboot was asked for and the host is not to be rebooted: start the service anew. */
	readonly restart: () => void;
}

/** How clients log in; one memory of used nonces, so that a login is good at one camera only once. */
export interface Auth {
	readonly http: DigestAuth;
	/** For everything over HTTP but SOAP. */
	readonly access: HttpAccess;
	readonly rtsp: DigestAuth;
	/** One count of wrong passwords, at all cameras and by all protocols. */
	readonly guesses: Guesses;
	readonly usernameToken: UsernameTokenAuth;
}

export function createAuth(
	config: Config["auth"],
	users: UserStore,
	clock: Clock,
	sessions: Pick<SessionOptions, "key" | "ended">,
): Auth {
	const basic = { policy: config.basic, realm, users };
	const login = (options: Partial<DigestOptions>) =>
		withBasic(createDigestAuth({ realm, users, clock, ...options }), basic);
	const guesses = createGuesses(clock);
	return {
		http: login({}),
		guesses,
		access: createHttpAccess({
			// ffmpeg 5 gives up when it is offered two algorithms.
			digest: login({ algorithms: ["MD5"] }),
			sessions: createSessions({
				users,
				clock,
				random: randomBytes,
				...sessions,
			}),
			guesses,
			users,
		}),
		rtsp: login({ protocol: "rtsp" }),
		usernameToken: createUsernameTokenAuth({
			users,
			clock,
			allowPasswordText: config.passwordText,
			createdWindowMs: config.clockSkewSeconds * 1000,
		}),
	};
}

/** The certificate that all cameras show; `undo` ends its renewal. */
export function certificatesOf(
	config: Config,
	{ network, clock, log }: { network: Network; clock: Clock; log: Log },
	undo: Undo,
): () => Promise<Certificates> {
	let opening: Promise<Certificates> | undefined;
	const open = async () => {
		const { openCertificates } = await import("./tls/certificates.ts");
		const certificates = await openCertificates({
			...config.tls,
			folder: join(config.usersDir, "tls"),
			subject: () => subjectOf(network),
			clock,
			log,
		});
		undo.add(() => Promise.resolve(certificates.close()));
		return certificates;
	};
	return () => {
		opening ??= open();
		return opening;
	};
}

/** What clients may call the host; link-local addresses stand in no URL. */
function subjectOf(network: Network): Subject {
	const name = network.hostname();
	return {
		names: [
			name,
			...(name.includes(".") ? [] : [`${name}.local`]),
			"localhost",
		],
		addresses: network
			.interfaces()
			.flatMap((one) => one.addresses)
			.map(({ address }) => address)
			.filter((address) => !/^fe[89ab]/i.test(address)),
	};
}
