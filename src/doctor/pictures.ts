import type { User } from "../auth/types.ts";
import { type RtspAddress, rtspAddress } from "../rtsp-client/address.ts";
import { RtspClient } from "../rtsp-client/client.ts";
import { LoginRefused, RtspError, Unreachable } from "../rtsp-client/errors.ts";
import type { MediaDescription, MediaFormat } from "../rtsp-client/sdp.ts";
import { Decoder } from "./decoder.ts";
import { deferred } from "./deferred.ts";
import { type Health, Trouble } from "./finding.ts";

export const wantedFrames = 10;

/** Watches a profile until ten of its frames are decoded. An address with a login of its own, as v4l2rtspserver's is, wins over `login`. */
export async function watch(
	url: URL,
	login: User,
	signal: AbortSignal,
): Promise<Health> {
	try {
		return await watchOnce(url, login, signal);
	} catch (error) {
		if (!(error instanceof NoPicture) || signal.aborted) throw error;
		// A busy machine's first picture comes later than the service waits for it: as players do, ask again.
		return watchOnce(url, login, signal);
	}
}

/** There is none at present, as the service says (503). */
class NoPicture extends Trouble {}

async function watchOnce(
	url: URL,
	{ name, password }: User,
	signal: AbortSignal,
): Promise<Health> {
	const known = rtspAddress(url.href);
	if (!known)
		throw new Error(
			"GetStreamUri gives what is no rtsp:// or rtsps:// address",
		);
	const client = await RtspClient.connect({
		url: url.href,
		...(known.login ? {} : { login: { user: name, password } }),
		userAgent: "onvifd doctor",
		signal,
	}).catch((error: unknown) => {
		throw explained(error, known);
	});
	try {
		const video = client.description.media.find(({ type }) => type === "video");
		const format = video?.formats[0];
		if (!video || !format)
			throw new Error("the session description names no video");
		await decode(client, video, format, signal).catch((error: unknown) => {
			throw explained(error, known);
		});
		return `${wantedFrames} frames of ${format.encodingName} decoded from ${known.uri}`;
	} finally {
		client.close();
	}
}

function explained(error: unknown, { uri, host, port }: RtspAddress): unknown {
	if (error instanceof Unreachable)
		return new Trouble(
			`nothing can be reached at ${host}:${port}, where GetStreamUri sends clients: ${error.message}`,
			"start the service anew; let its RTSP port through the firewall",
		);
	if (error instanceof LoginRefused)
		return new Trouble(
			`${uri}: the login is refused`,
			"start the service anew, if the password was changed since it started",
		);
	return error instanceof RtspError && error.status === 503
		? new NoPicture(
				`${uri} gives no picture: ${error.message}`,
				"the checks of elements, encoder and video device and the service's log say why",
			)
		: error;
}

async function decode(
	client: RtspClient,
	video: MediaDescription,
	format: MediaFormat,
	signal: AbortSignal,
): Promise<void> {
	const decoder = new Decoder(format, wantedFrames);
	let packets = 0;
	const late = deferred<never>();
	const onLate = () =>
		late.reject(
			new Trouble(
				`${decoder.frames} of ${wantedFrames} frames could be decoded from ${packets} RTP packets in time`,
				"a machine that is too busy: set smaller sizes or rates in profiles; the service's log tells more",
			),
		);
	signal.addEventListener("abort", onLate, { once: true });
	try {
		decoder.onDrain(() => client.resume());
		await client.setup(video, "tcp", {
			rtp(packet) {
				packets++;
				if (!decoder.packet(packet)) client.pause();
			},
		});
		await client.play();
		await Promise.race([decoder.done, late.promise]);
	} finally {
		signal.removeEventListener("abort", onLate);
		await decoder.stop();
	}
}
