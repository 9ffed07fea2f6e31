import type { User } from "../auth/types.ts";
import { Decoder } from "./decoder.ts";
import { deferred } from "./deferred.ts";
import { type Health, Trouble } from "./finding.ts";
import { RtspClient, RtspRefusal } from "./rtsp-client.ts";
import { readVideoTrack, type VideoTrack } from "./sdp-reader.ts";

export const wantedFrames = 10;

/** Watches a profile until ten of its frames are decoded. */
export async function watch(
	url: URL,
	login: User,
	signal: AbortSignal,
): Promise<Health> {
	const client = await connect(url, login, signal);
	try {
		const track = readVideoTrack(await describe(client, url));
		await decode(client, track, signal);
		return `${wantedFrames} frames of ${track.encodingName} decoded from ${url.href}`;
	} finally {
		client.close();
	}
}

async function connect(
	url: URL,
	login: User,
	signal: AbortSignal,
): Promise<RtspClient> {
	try {
		return await RtspClient.connect(url, login, signal);
	} catch (error) {
		throw new Trouble(
			`nothing can be reached at ${url.host}, where GetStreamUri sends clients: ${error instanceof Error ? error.message : error}`,
			"start the service anew; let its RTSP port through the firewall",
		);
	}
}

async function describe(client: RtspClient, url: URL): Promise<string> {
	try {
		return await client.describe();
	} catch (error) {
		if (!(error instanceof RtspRefusal)) throw error;
		if (error.status === 401)
			throw new Trouble(
				`${url.href}: the login is refused`,
				"start the service anew, if the password was changed since it started",
			);
		if (error.status === 503)
			throw new Trouble(
				`${url.href} gives no picture: ${error.message}`,
				"the checks of elements, encoder and video device and the service's log say why",
			);
		throw error;
	}
}

async function decode(
	client: RtspClient,
	track: VideoTrack,
	signal: AbortSignal,
): Promise<void> {
	const decoder = new Decoder(track, wantedFrames);
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
		await client.play(track.control, (packet) => {
			packets++;
			return decoder.packet(packet);
		});
		await Promise.race([decoder.done, late.promise]);
	} finally {
		signal.removeEventListener("abort", onLate);
		await decoder.stop();
	}
}
