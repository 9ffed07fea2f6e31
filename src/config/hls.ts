// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { closed, orNull } from "./schema-words.ts";

export const Hls = Type.Object(
	{
		/** A part of an address: letters that need no escaping, and too many to guess. */
		secret: orNull(
			Type.String({
				pattern: "^[A-Za-z0-9_-]{16,64}$",
				expects: "16 to 64 letters, digits, hyphens or underscores",
				secret: true,
			}),
		),
	},
	closed,
);
