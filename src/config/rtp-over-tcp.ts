// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { CheckError } from "./check.ts";
import { overlap, serversOf } from "./ports.ts";
import type { ConfigFile } from "./schema.ts";
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

interface Taken {
	readonly key: string;
	readonly host: string | null;
	readonly port: number;
}

/** @throws CheckError for a profile that is not there, or a port that another server of these cameras has */
export function checkRtpOverTcp(
	cameras: readonly { readonly prefix: string; readonly file: ConfigFile }[],
): void {
	const taken: Taken[] = cameras.flatMap(({ prefix, file }) =>
		file.interface === null
			? serversOf(file).map((one) => ({ ...one, key: `${prefix}${one.key}` }))
			: [],
	);
	for (const { prefix, file } of cameras)
		for (const [index, { profile, host, port }] of file.rtpOverTcp.entries()) {
			const key = `${prefix}rtpOverTcp[${index}]`;
			const known = file.profiles.map(({ token }) => token);
			if (!known.includes(profile))
				throw new CheckError(
					`${key}.profile: must be one of ${known.join(", ")}, got ${JSON.stringify(profile)}`,
				);
			const other = taken.find(
				(one) => one.port === port && overlap(one.host, host),
			);
			if (other)
				throw new CheckError(
					`${key}.port: must differ from ${other.key}.port, got ${port}`,
				);
			taken.push({ key, host, port });
		}
}
