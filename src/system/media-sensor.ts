import { realpath } from "node:fs/promises";
import type { Log } from "./log.ts";
import type { PictureKind } from "./media-bus-formats.ts";
import { MediaCtlError } from "./media-ctl.ts";
import { findPipeline } from "./media-find.ts";
import { setUpPipeline } from "./media-set-up.ts";
import { mediaTrouble } from "./media-trouble.ts";
import type {
	SensorOptions,
	SensorRequest,
	SensorSetup,
} from "./sensor-setup.ts";

interface Settled {
	readonly wish: string;
	readonly kinds: readonly PictureKind[];
	/** The graph as it was left. */
	readonly topology: string;
	readonly setup: SensorSetup;
}

/** Whether the kind that was come to is what would be come to now. */
function serves(settled: Settled, kinds: readonly PictureKind[]): boolean {
	return (
		settled.setup.kind === kinds[0] || settled.kinds.join() === kinds.join()
	);
}

/** The sensors behind this host's media controllers. */
export class MediaSensors {
	readonly #log: Log;
	readonly #options: SensorOptions;
	readonly #settled = new Map<string, Settled>();
	/** One at a time, also for several cameras: pipelines share sub-devices. */
	static #last: Promise<unknown> = Promise.resolve();

	constructor(log: Log, options: SensorOptions = {}) {
		this.#log = log;
		this.#options = options;
	}

	/**
	 * Sets up the sensor behind a video node as wished, before each start of a capture: links, formats from pad to
	 * pad, all read back. Undefined when nothing has to be, as with a USB camera. What is as it was left stays untouched,
	 * since a pipeline that streams takes no format, not even the one it has.
	 * @throws VideoDeviceError
	 */
	setUp(request: SensorRequest): Promise<SensorSetup | undefined> {
		const run = MediaSensors.#last.then(() => this.#setUp(request));
		MediaSensors.#last = run.catch(() => undefined);
		return run;
	}

	/**
	 * A capture that was set up gave no picture: next time nothing is taken for right. The formats of nodes beside the
	 * way are not in the topology, and somebody may have changed one.
	 */
	async forget(path: string): Promise<void> {
		this.#settled.delete(await realpath(path).catch(() => path));
	}

	async #setUp(request: SensorRequest): Promise<SensorSetup | undefined> {
		const { path, choice, kinds, width, height, frameRate } = request;
		const node = await realpath(path).catch(() => undefined);
		// That it is missing is said by who captures.
		if (node === undefined) return undefined;
		const pipeline = await findPipeline(path, node, choice, this.#options);
		if (!pipeline) return undefined;
		const wish = JSON.stringify({ choice, width, height, frameRate });
		const settled = this.#settled.get(node);
		if (
			settled?.wish === wish &&
			settled.topology === pipeline.topology &&
			serves(settled, kinds)
		)
			return settled.setup;
		try {
			const { setup, topology, notes } = await setUpPipeline(
				pipeline,
				request,
				this.#options,
			);
			for (const note of notes) this.#log.warn(note, { device: path });
			this.#settled.set(node, { wish, kinds, topology, setup });
			return setup;
		} catch (error) {
			this.#settled.delete(node);
			if (!(error instanceof MediaCtlError)) throw error;
			throw await mediaTrouble(path, pipeline, error, this.#options);
		}
	}
}
