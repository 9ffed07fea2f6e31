// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { orNull } from "./schema-words.ts";

/** Without a path: HTTP Digest signs the path, which therefore must stay as it is on the way. */
export const PublicUrl = orNull(
	Type.String({
		maxLength: 100,
		pattern:
			"^https?://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?$",
		expects:
			"an address such as https://camera.example or http://203.0.113.5:8081, without a path",
	}),
);

export const TrustedProxies = Type.Array(
	Type.String({ format: "ip", expects: "an IPv4 or IPv6 address" }),
	{ maxItems: 16, default: [] },
);

export const PublicPort = orNull(Type.Integer({ minimum: 1, maximum: 65_535 }));
