import { CheckError } from "./check.ts";
import { overlap, serversOf } from "./ports.ts";
import type { ConfigFile } from "./schema.ts";

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
