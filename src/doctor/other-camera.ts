import { knownElements } from "../media/gstreamer/elements.ts";
import { playOnce } from "../media/relay/play-once.ts";
import { passes } from "../media/relay/producer.ts";
import type { RelaySession } from "../media/relay/relay-session.ts";
import type { Plan, RtspSource } from "../media/types.ts";
import { type RtspAddress, rtspAddress } from "../rtsp-client/address.ts";
import { LoginRefused, RtspError } from "../rtsp-client/errors.ts";
import { systemClock } from "../system/clock.ts";
import { deferred } from "./deferred.ts";
import { type Health, Trouble } from "./finding.ts";
import { speaksTls } from "./tls.ts";

/**
 * Plays another camera as the service does, until a picture came: name, connection, login, description, track and
 * transport are all right then. Tells which profiles get its video untouched.
 */
export async function checkOtherCamera(
	source: RtspSource,
	streams: Plan["streams"],
	signal: AbortSignal,
): Promise<Health> {
	const address = rtspAddress(source.url);
	if (!address)
		throw new Trouble(
			"its address is no rtsp:// address",
			"correct source.rtsp.url in the configuration",
		);
	const name = `${address.host}:${address.port}`;
	try {
		const session = await play(source, signal);
		return `${name} gives ${await judged(source, streams, session)}`;
	} catch (error) {
		if (!(error instanceof Error) || signal.aborted) throw error;
		if (error instanceof Trouble) throw error;
		// A server of TLS alone hangs up on plain words, or answers with what is no RTSP.
		const known = remedyOf(error, address);
		if (known === undefined && !address.tls && (await speaksTls(address)))
			throw new Trouble(
				`${name} speaks TLS alone`,
				"write rtsps:// in source.rtsp.url in the place of rtsp://",
			);
		throw new Trouble(
			`${name}: ${error.message}`,
			known ??
				`correct the port in source.rtsp.url (RTSP is mostly at 554); ffprobe -rtsp_transport tcp ${address.uri} shows what others are told`,
		);
	}
}

/** Resolves when the first picture came, and the camera was told goodbye. */
async function play(
	source: RtspSource,
	signal: AbortSignal,
): Promise<RelaySession> {
	const leave = new AbortController();
	const pictured = deferred<RelaySession>();
	const either = AbortSignal.any([signal, leave.signal]);
	const playing = playOnce({ source, clock: systemClock }, either, (session) =>
		session.subscribe(() => pictured.resolve(session)),
	).then((reason) => {
		throw new RtspError(`no picture came: ${reason}`);
	});
	try {
		return await Promise.race([pictured.promise, playing]);
	} finally {
		leave.abort();
		await playing.catch(() => undefined);
	}
}

async function judged(
	source: RtspSource,
	streams: Plan["streams"],
	session: RelaySession,
): Promise<string> {
	const { track, size } = session;
	const tokens = (untouched: boolean) =>
		streams
			.filter((stream) => passes(source, stream, session) === untouched)
			.map(({ token }) => token)
			.join(", ");
	const [untouched, anew] = [tokens(true), tokens(false)];
	const gives = [
		`${track.encoding}${size ? ` ${size.width}x${size.height}` : ""}`,
		...(untouched ? [`untouched for ${untouched}`] : []),
		...(anew ? [`encoded anew for ${anew}`] : []),
	].join("; ");
	if (anew && !(await canDecode(track.encoding)))
		throw new Trouble(
			`the camera gives ${gives}; but GStreamer has no decoder of ${track.encoding} here`,
			"apt-get install gstreamer1.0-libav",
		);
	return gives;
}

/** GStreamer's names: avdec_h264, v4l2slh265dec, vajpegdec. */
const decoders = {
	H264: /^avdec_h264$|h264.*dec$/,
	H265: /^avdec_h265$|265.*dec$/,
	JPEG: /^avdec_mjpeg$|jpegdec$/,
} as const;

async function canDecode(encoding: keyof typeof decoders): Promise<boolean> {
	const known = await knownElements();
	return [...known].some((element) => decoders[encoding].test(element));
}

const password = "source.rtsp.user and source.rtsp.password";
const otherTransport = "set source.rtsp.transport to the other of tcp and udp";

/** By the status that the camera answers with. */
const refusals: Readonly<Record<number, string>> = {
	403: `correct ${password} in the configuration`,
	404: "correct the path in source.rtsp.url: the camera's manual tells it",
	461: otherTransport,
	503: "start the camera anew; others may have all the connections that it allows",
};

/** By the words of rtsp-client and media/relay for what never came to an answer. */
const remedies: readonly (readonly [RegExp, string])[] = [
	[
		/name is not known/,
		"correct the host in source.rtsp.url: getent hosts HOST",
	],
	[
		/nothing listens there/,
		"switch RTSP on in the camera's own settings, or correct the port in source.rtsp.url",
	],
	[
		/does not answer|no way to it/,
		"see whether the camera is on and in this network: ping HOST",
	],
	[
		/certificate/,
		"trust who made it (update-ca-certificates), or set source.rtsp.verifyCertificate to false",
	],
	[
		/speaks no TLS/,
		"write rtsp:// in source.rtsp.url in the place of rtsps://",
	],
	[/none is given/, `set ${password} in the configuration`],
	[/no login that we know/, "switch Digest on in the camera's own settings"],
	[/wrong user/, `correct ${password} in the configuration`],
	[
		/no H\.264/,
		"switch the camera's video to H.264 in its own settings, or correct the path in source.rtsp.url",
	],
	[
		/no packets|no picture came|transport: udp/,
		`${otherTransport}, or start the camera anew`,
	],
];

/** Undefined where nobody knows. */
function remedyOf(error: Error, { host }: RtspAddress): string | undefined {
	const status = error instanceof RtspError ? error.status : undefined;
	const refused =
		status === undefined || error instanceof LoginRefused
			? undefined
			: refusals[status];
	const found = remedies.find(([words]) => words.test(error.message));
	return refused ?? found?.[1].replace("HOST", host);
}
