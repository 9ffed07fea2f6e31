import { checkAudio } from "./audio.ts";
import {
	adviceOnChains,
	checkChains,
	checkDirectPorts,
	checkLoopbacks,
} from "./chain-rules.ts";
import { CheckError } from "./check.ts";
import { checkOsds } from "./osd.ts";
import { overlap, serversOf } from "./ports.ts";
import { checkPush, checkPushTwice } from "./push.ts";
import { checkRtpOverTcp } from "./rtp-over-tcp.ts";
import type { ConfigFile } from "./schema.ts";

function fail(path: string, message: string): never {
	throw new CheckError(`${path}: ${message}`);
}

/** Null may stand more than once. */
export function mustDiffer(
	path: string,
	key: string,
	values: readonly (string | null)[],
): void {
	const seen = new Map<string, number>();
	for (const [index, value] of values.entries()) {
		if (value === null) continue;
		const first = seen.get(value);
		if (first !== undefined)
			fail(
				`${path}[${index}].${key}`,
				`must differ from that of ${path}[${first}], got ${JSON.stringify(value)}`,
			);
		seen.set(value, index);
	}
}

/** live555, which v4l2rtspserver is made of, knows no header extension: what does not fit into RFC 2435's octet is lost. */
const longestOfChain = 2040;

/** RFC 2435, 3.1.5: JPEG over RTP counts width and height in blocks of 8 pixels. */
function checkJpegSize(file: ConfigFile): void {
	for (const [index, profile] of file.profiles.entries()) {
		if (profile.encoding !== "JPEG") continue;
		for (const side of ["width", "height"] as const)
			if (profile[side] % 8 !== 0)
				fail(
					`profiles[${index}].${side}`,
					`must be a multiple of 8 for JPEG, got ${profile[side]}`,
				);
			else if (
				profile.engine === "v4l2-chain" &&
				profile[side] > longestOfChain
			)
				fail(
					`profiles[${index}].${side}`,
					`must be at most ${longestOfChain} for JPEG of engine: v4l2-chain, got ${profile[side]}`,
				);
	}
}

/** What the schema cannot say: how keys go together. */
export function checkRules(file: ConfigFile): void {
	const sources = Object.keys(file.source);
	if (sources.length !== 1)
		fail(
			"source",
			`must be exactly one of test, v4l2, rtsp, file, got ${sources.join(" and ") || "neither"}`,
		);
	const camera = file.source.rtsp;
	if (camera && camera.password !== null && camera.user === null)
		fail("source.rtsp.user", "must stand beside source.rtsp.password");
	if (file.profiles.some(({ token }) => token === camera?.original))
		fail(
			"source.rtsp.original",
			`must differ from the profiles' tokens, got ${JSON.stringify(camera?.original)}`,
		);
	if (camera?.transport === "udp" && /^rtsps:/i.test(camera.url))
		fail(
			"source.rtsp.transport",
			"must be tcp where the address begins with rtsps://: over udp its picture would travel in the clear",
		);
	mustDiffer(
		"users",
		"name",
		file.users.map(({ name }) => name),
	);
	mustDiffer(
		"profiles",
		"token",
		file.profiles.map(({ token }) => token),
	);
	checkJpegSize(file);
	checkAudio(file);
	checkOsds(file);
	checkChains(file);
	checkDirectPorts(file);
	checkLoopbacks([{ prefix: "", file }]);
	checkPush(file);
	checkPushTwice([{ prefix: "", file }]);
	checkRtpOverTcp([{ prefix: "", file }]);
	const { http, rtsp } = file;
	if (file.interface !== null)
		for (const [key, { host }] of Object.entries({ http, rtsp }))
			if (host !== null)
				fail(`${key}.host`, "must be null where interface is given");
	checkPorts(file);
	const { certificate, key } = file.tls;
	if ((certificate === null) !== (key === null))
		fail(
			certificate === null ? "tls.certificate" : "tls.key",
			`must stand beside ${certificate === null ? "tls.key" : "tls.certificate"}`,
		);
}

/** Two servers cannot have one port, unless it is 0. */
function checkPorts(file: ConfigFile): void {
	const servers = serversOf(file);
	for (const [index, { key, host, port }] of servers.entries())
		for (const other of servers.slice(0, index))
			if (port !== 0 && port === other.port && overlap(host, other.host))
				fail(`${key}.port`, `must differ from ${other.key}.port, got ${port}`);
}

const advisedPasswordLength = 8;

/** What works but is not wise, one line each. */
export function adviceOnUsers({ users, auth }: ConfigFile): string[] {
	const lines = users.flatMap(({ password }, index) =>
		password.length < advisedPasswordLength
			? [
					`users[${index}].password: is short; ${advisedPasswordLength} characters and more resist guessing`,
				]
			: [],
	);
	if (users.length > 0 && !users.some(({ level }) => level === "Administrator"))
		lines.push(
			"users: none is an Administrator; clients cannot change settings or users",
		);
	if (auth.basic === "always")
		lines.push(
			"auth.basic: always shows passwords to everybody on the network; tls does not",
		);
	return lines;
}

/** The same of a camera. */
export function adviceOnProfiles(file: ConfigFile): string[] {
	const lines = adviceOnChains(file);
	if (!file.profiles.some(({ encoding }) => encoding === "H264"))
		lines.push("profiles: none is H264; Home Assistant and others need one");
	return lines;
}
