import { CheckError } from "./check.ts";
import type { ConfigFile } from "./schema.ts";
import { lastRtpPort } from "./schema-push.ts";

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
