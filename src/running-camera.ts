import type { Announcer } from "./announce.ts";
import { type CameraDevice, startCameraDevice } from "./camera-device.ts";
import type { CameraConfig } from "./config/load.ts";
import type { Shared } from "./shared.ts";
import type { Log } from "./system/log.ts";
import { logWith } from "./system/log-with.ts";
import { Undo } from "./system/undo.ts";

/** One of the process's cameras; of several, each starts anew without the others. */
export class RunningCamera {
	readonly #config: CameraConfig;
	readonly #shared: Shared;
	readonly #announcer: Announcer;
	readonly #log: Log;
	readonly #undo: Undo;
	#device: CameraDevice | undefined;
	#changing: Promise<void> = Promise.resolve();
	#stopped = false;

	constructor(
		config: CameraConfig,
		shared: Shared,
		announcer: Announcer,
		log: Log,
	) {
		const { token } = config;
		this.#config = config;
		this.#announcer = announcer;
		this.#log = token === undefined ? log : logWith(log, { camera: token });
		this.#undo = new Undo(this.#log);
		this.#shared =
			token === undefined
				? shared
				: { ...shared, restart: () => this.#startAnew(shared.restart) };
	}

	/** Its servers listen, and nobody is told of it yet. */
	async start(config = this.#config): Promise<CameraDevice> {
		this.#device = await startCameraDevice(
			config,
			this.#shared,
			this.#log,
			this.#undo,
		);
		return this.#device;
	}

	async announce(): Promise<void> {
		if (this.#device) await this.#announcer.add(this.#device, this.#undo);
	}

	/** Bye first, then its servers; after a start that failed, what there is of it. */
	stop(): Promise<void> {
		this.#stopped = true;
		return this.#changing.then(() => this.#undo.run());
	}

	/** At the ports that clients know. One that cannot takes all along: then the process says why it cannot start. */
	#startAnew(allAnew: () => void): void {
		this.#changing = this.#changing
			.then(async () => {
				if (this.#stopped || !this.#device) return;
				const { http, rtsp, https, rtsps } = this.#device.ports;
				this.#log.info("starting anew: a client asked for a reboot");
				await this.#undo.run();
				const device = await this.start({
					...this.#config,
					http: { ...this.#config.http, port: http },
					rtsp: { ...this.#config.rtsp, port: rtsp },
					https: { port: https ?? null },
					rtsps: { port: rtsps ?? null },
				});
				await this.announce();
				void device.check();
			})
			.catch((error: unknown) => {
				this.#log.error("the camera cannot start anew; now all do", {
					reason: String(error),
				});
				allAnew();
			});
	}
}
