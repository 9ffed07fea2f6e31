// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { closed, nonEmpty, oneOf, orNull, printable } from "./schema-words.ts";

/** GStreamer's names (videotestsrc), those that move or are good to aim by. */
const patterns = [
	"ball",
	"smpte",
	"snow",
	"black",
	"white",
	"checkers-8",
	"circular",
	"zone-plate",
	"bar",
	"pinwheel",
	"spokes",
	"gradient",
	"colors",
] as const;

/** A picture made by the service itself. */
export const Test = Type.Object(
	{
		pattern: oneOf(patterns, { default: "ball" }),
		clock: Type.Boolean({ default: true }),
	},
	closed,
);

/** A camera of this machine. */
export const V4l2 = Type.Object(
	{
		device: Type.String({
			pattern: `^/${printable}{1,254}$`,
			expects: "an absolute path such as /dev/video0",
		}),
		format: oneOf(["auto", "raw", "jpeg", "h264"], { default: "auto" }),
		mediaController: Type.Object(
			{
				entity: orNull(nonEmpty(64)),
				device: orNull(
					Type.String({
						pattern: `^/${printable}{1,254}$`,
						expects: "an absolute path such as /dev/media0",
					}),
				),
				busFormat: orNull(
					Type.String({
						pattern: "^[A-Z0-9_]{1,32}$",
						expects: "a media bus format such as UYVY8_2X8",
					}),
				),
			},
			closed,
		),
	},
	closed,
);
