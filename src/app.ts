import { randomBytes } from "node:crypto";
import { Announcer } from "./announce.ts";
import { openEndedSessions } from "./auth/ended-sessions.ts";
import { openSessionKey } from "./auth/session-key.ts";
import { isOver } from "./auth/sessions.ts";
import { userLimits } from "./auth/user-rules.ts";
import { openUserStore, type UserStore } from "./auth/user-store.ts";
import type { CameraDevice } from "./camera-device.ts";
import type { Config } from "./config/load.ts";
import { RunningCamera } from "./running-camera.ts";
import { certificatesOf, createAuth } from "./shared.ts";
import { requirePrograms } from "./system/cannot-start.ts";
import { systemClock } from "./system/clock.ts";
import { hostClock } from "./system/host-clock.ts";
import type { Log } from "./system/log.ts";
import { createNetwork } from "./system/network.ts";
import type { Network } from "./system/network-types.ts";
import { Undo } from "./system/undo.ts";

export interface AppOptions {
	readonly config: Config;
	readonly version: string;
	readonly log: Log;
	/** SystemReboot was asked for and the host is not to be rebooted: start the service anew. */
	readonly restart: () => void;
}

export interface App {
	readonly devices: readonly CameraDevice[];
	readonly users: UserStore;
	readonly network: Network;
	/** Bye first, then everything in the reverse order of its start. */
	stop(): Promise<void>;
}

/** Builds the cameras out of their parts and starts them; rejects, with all undone, when one cannot start. */
export async function startApp(options: AppOptions): Promise<App> {
	const undo = new Undo(options.log);
	try {
		return await build(options, undo);
	} catch (error) {
		await undo.run();
		throw error;
	}
}

async function build(options: AppOptions, undo: Undo): Promise<App> {
	const { config, log, version, restart } = options;
	const clock = systemClock;
	requirePrograms();
	const network = createNetwork();
	const users = await openUserStore({
		stateDir: config.usersDir,
		configured: config.users,
		log,
	});
	const shared = {
		version,
		clock,
		hostClock: hostClock(clock),
		network,
		users: { ...users, limits: userLimits },
		auth: createAuth(config.auth, users, clock, {
			key: await openSessionKey(config.usersDir, log, randomBytes),
			ended: await openEndedSessions(
				config.usersDir,
				(issued) => isOver(issued, clock),
				log,
			),
		}),
		certificates: certificatesOf(config, { network, clock, log }, undo),
		restart,
	};
	const announcer = new Announcer({ network, clock, log }, undo);
	const cameras = config.cameras.map(
		(camera) => new RunningCamera(camera, shared, announcer, log),
	);
	undo.add(() => Promise.all(cameras.map((one) => one.stop())).then(() => {}));
	const devices: CameraDevice[] = [];
	for (const camera of cameras) devices.push(await camera.start());
	for (const camera of cameras) await camera.announce();
	// Not before: a service that cannot start says that and nothing else.
	for (const device of devices) void device.check();
	return { devices, users, network, stop: () => undo.run() };
}
