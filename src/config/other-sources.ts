// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import {
	closed,
	nonEmpty,
	oneOf,
	orNull,
	printable,
	Token,
	text,
} from "./schema-words.ts";

/** Another camera. Its address may hold a password. */
export const Rtsp = Type.Object(
	{
		url: Type.String({
			maxLength: 1024,
			pattern: "^rtsps?://[^\\s\\p{Cc}]+$",
			expects:
				"an address such as rtsp://192.168.1.20/stream1 or rtsps://..., without spaces",
			secret: true,
		}),
		transport: oneOf(["tcp", "udp"], { default: "tcp" }),
		user: orNull(nonEmpty(64)),
		password: orNull(text(128, { secret: true })),
		verifyCertificate: Type.Boolean({ default: true }),
		original: orNull(Token),
		passThrough: Type.Boolean({ default: true }),
	},
	closed,
);

/** A video file; quotes and backslashes mean something to gst-launch. */
export const VideoFile = Type.String({
	pattern: `^/(?:(?!["'\\\\])${printable}){1,1000}$`,
	expects: "the absolute path of a video file, without quotes and backslashes",
});
