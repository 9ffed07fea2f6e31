import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { VideoControlAccess } from "../../system/video-control-access.ts";
import type { VideoControl } from "../../system/video-controls.ts";
import {
	type CameraH264Settings,
	cameraH264Controls,
} from "./camera-h264-controls.ts";

/** A camera may answer each press with a key frame of its own: five viewers that join want one. */
const keyFrameIntervalMs = 1000;

export interface CameraEncoderOptions {
	/** `/dev/video0`. */
	readonly device: string;
	readonly controls: VideoControlAccess;
	readonly clock: Clock;
	readonly log: Log;
}

/** The H.264 encoder inside a camera, as far as the camera lets one set it. */
export class CameraEncoder {
	readonly #options: CameraEncoderOptions;
	#wanted: string | undefined;
	#keyFrame: string | undefined;
	#said: string | undefined;
	#pressing = false;
	#pressed = Number.NEGATIVE_INFINITY;
	/** One change after the other. */
	#changes: Promise<void> = Promise.resolve();

	constructor(options: CameraEncoderOptions) {
		this.#options = options;
	}

	/** Before a capture starts: another camera may have come back, or somebody else may have set it otherwise. */
	prepare(settings: CameraH264Settings): Promise<void> {
		this.#wanted = undefined;
		return this.adjust(settings);
	}

	/** Sets what differs from what was set last. Never rejects: a camera that cannot be set streams as it likes. */
	adjust(settings: CameraH264Settings): Promise<void> {
		const { bitrateKbit, govLength, h264Profile } = settings;
		const wanted = `${bitrateKbit} ${govLength} ${h264Profile}`;
		if (wanted === this.#wanted) return this.#changes;
		this.#wanted = wanted;
		this.#changes = this.#changes
			.then(() => this.#set(settings))
			.catch((error: unknown) => this.#say({ reason: reasonOf(error) }));
		return this.#changes;
	}

	/** Presses the camera's button for it, where it has one: once a second at most. */
	requestKeyFrame(): void {
		const { device, controls, clock } = this.#options;
		const now = clock.monotonic();
		if (this.#keyFrame === undefined || this.#pressing) return;
		if (now - this.#pressed < keyFrameIntervalMs) return;
		this.#pressed = now;
		this.#pressing = true;
		void controls
			.set(device, this.#keyFrame, 1)
			.catch(reasonOf)
			.then((refused) => {
				this.#pressing = false;
				if (refused !== undefined) this.#say({ refused });
			});
	}

	async #set(settings: CameraH264Settings): Promise<void> {
		const { device, controls } = this.#options;
		const before = await controls.list(device);
		const wish = cameraH264Controls(before, settings);
		this.#keyFrame = wish.keyFrame;
		const isAt = valuesOf(before);
		const refused = new Map<string, string>();
		for (const { token, value } of wish.values) {
			if (isAt.get(token) === value) continue;
			const reason = await controls.set(device, token, value);
			refused.set(token, reason ?? "");
		}
		// A driver may take another value than the one it was given, and say nothing.
		const after =
			refused.size > 0 ? valuesOf(await controls.list(device)) : isAt;
		const otherwise = wish.values
			.filter(({ token, value }) => after.get(token) !== value)
			.map(({ token, value }) => {
				const reason = refused.get(token);
				return `${token}=${value}${reason ? ` (${reason})` : ""}`;
			});
		this.#say({
			set: wish.values
				.map(({ token }) => `${token}=${after.get(token)}`)
				.join(" "),
			missing: wish.missing.join(", "),
			refused: otherwise.join("; "),
		});
	}

	/** When it is news: what was set, and what the camera goes its own way in. */
	#say(found: {
		readonly set?: string;
		readonly missing?: string;
		readonly refused?: string;
		readonly reason?: string;
	}): void {
		const { device, log } = this.#options;
		const fields = Object.fromEntries(
			Object.entries(found).filter(([, text]) => text !== ""),
		);
		const said = JSON.stringify(fields);
		if (said === this.#said) return;
		this.#said = said;
		const { missing, refused, reason } = fields;
		if (missing ?? refused ?? reason)
			log.warn("the camera's own H.264 cannot be set in everything", {
				device,
				...fields,
			});
		else log.info("the camera's own H.264 is set", { device, ...fields });
	}
}

function valuesOf(controls: readonly VideoControl[]) {
	return new Map(controls.map(({ token, value }) => [token, value]));
}

function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
