// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { closed, oneOf, Token } from "./schema-words.ts";

/** Ports where a profile is to be had without login: host and port have no default. */
export const RtpOverTcp = Type.Array(
	Type.Object(
		{
			profile: Token,
			host: Type.String({ format: "ip", expects: "an IPv4 or IPv6 address" }),
			port: Type.Integer({ minimum: 1, maximum: 65_535 }),
			media: oneOf(["video", "audio"], { default: "video" }),
		},
		closed,
	),
	{ maxItems: 16, default: [] },
);
