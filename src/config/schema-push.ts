// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { closed, nonEmpty, orNull, printable, Token } from "./schema-words.ts";

/** Below it there is room for RTCP and for the sound. */
export const lastRtpPort = 65_532;

const host = "(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]{1,253})";

/** Schemes that something pushes to; the address may hold a key. */
const Address = Type.String({
	maxLength: 1024,
	pattern: `^(?:rtp://${host}:[1-9][0-9]{0,4}|rtmps?://${host}(?::[1-9][0-9]{0,4})?(?:/[^/?#\\s]+){2,}(?:\\?[^#\\s]*)?)$`,
	expects:
		"an address such as rtp://192.168.1.40:5004, rtp://239.1.2.3:5004 or rtmp://server/app/key",
	secret: true,
});

/** One whom a profile is sent to without being asked. */
const PushEntry = Type.Object(
	{
		profile: Token,
		url: Address,
		ttl: Type.Integer({ minimum: 0, maximum: 255, default: 1 }),
		interface: orNull(
			nonEmpty(15, { expects: "the name of a network interface" }),
		),
		sdp: orNull(
			Type.String({
				pattern: `^/${printable}{1,254}$`,
				expects: "an absolute path such as /run/onvifd/main.sdp",
			}),
		),
	},
	closed,
);

export const Push = Type.Array(PushEntry, { maxItems: 32, default: [] });
