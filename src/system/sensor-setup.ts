import type { CaptureWish } from "./capture-mode.ts";
import type { PictureKind } from "./media-bus-formats.ts";
import type { ToolOptions } from "./media-ctl.ts";
import type { VideoFormat } from "./video-formats.ts";

/** What the configuration says of the sensor; null is found out. */
export interface SensorChoice {
	/** Pattern of the entity's name: `ov5640 *`. */
	readonly entity: string | null;
	/** `/dev/media0` */
	readonly device: string | null;
	/** `UYVY8_2X8` */
	readonly busFormat: string | null;
}

export interface SensorRequest extends CaptureWish {
	/** The video node, or a link to it. */
	readonly path: string;
	readonly choice: SensorChoice;
	/** What is wanted, best first: JPEG falls back to raw pictures where sensor or video node has none. */
	readonly kinds: readonly PictureKind[];
	/** What the video node offers now; drivers may make it depend on the sensor's format. */
	readonly formats: () => Promise<readonly VideoFormat[]>;
}

/** A sensor that is ready to be captured from. */
export interface SensorSetup {
	readonly kind: PictureKind;
	/** What the video node can stream now: in the sensor's size only. */
	readonly formats: readonly VideoFormat[];
}

export interface SensorOptions extends ToolOptions {
	readonly sys?: string;
	readonly proc?: string;
}
