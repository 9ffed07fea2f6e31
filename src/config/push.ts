// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { CheckError } from "./check.ts";
import type { ConfigFile } from "./schema.ts";
import { closed, nonEmpty, orNull, printable, Token } from "./schema-words.ts";

/** Below it there is room for RTCP and for the sound. */
const lastRtpPort = 65_532;

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

type File = Pick<ConfigFile, "push" | "profiles" | "source">;

/** @throws CheckError for a profile that is not there or that RTMP cannot carry, or a port without room behind it */
export function checkPush({ push, profiles, source }: File): void {
	const known = [
		...profiles.map(({ token }) => token),
		...[source.rtsp?.original ?? []].flat(),
	];
	for (const [index, { profile, url }] of push.entries()) {
		if (!known.includes(profile))
			throw new CheckError(
				`push[${index}].profile: must be one of ${known.join(", ")}, got ${JSON.stringify(profile)}`,
			);
		if (!URL.canParse(url))
			throw new CheckError(
				`push[${index}].url: must name a host that can be one and a port of at most 65535`,
			);
		const encoding = profiles.find(({ token }) => token === profile)?.encoding;
		if (/^rtmps?:/.test(url) && encoding !== undefined && encoding !== "H264")
			throw new CheckError(
				`push[${index}].profile: must be one of H264 for RTMP, ${profile} is one of ${encoding}`,
			);
		if (/^rtp:/.test(url) && Number(new URL(url).port) > lastRtpPort)
			throw new CheckError(
				`push[${index}].url: must have a port of at most ${lastRtpPort}: the next three are for RTCP and sound`,
			);
	}
}

/** Two streams at one port are noise to whoever listens there; of several cameras, `push` is each one's own. @throws CheckError */
export function checkPushTwice(
	cameras: readonly { readonly prefix: string; readonly file: File }[],
): void {
	const seen = new Map<string, string>();
	for (const { prefix, file } of cameras)
		for (const [index, { url }] of file.push.entries()) {
			const key = `${prefix}push[${index}].url`;
			const first = seen.get(url);
			if (first !== undefined)
				throw new CheckError(`${key}: must differ from ${first}`);
			seen.set(url, key);
		}
}
