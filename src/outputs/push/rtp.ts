import { randomBytes } from "node:crypto";
import { Pacer } from "../../media/rtp/pacer.ts";
import { outgoingNamed } from "../../media/send/outgoing.ts";
import { RtpOutput } from "../../media/send/rtp-output.ts";
import { UdpCarrier } from "../../media/send/udp-carrier.ts";
import {
	isGroup,
	type OutgoingInterface,
	openUdpWay,
	type UdpDestination,
} from "../../media/send/udp-way.ts";
import type { Track, WatchedProfile } from "../../media/types.ts";
import { aborted } from "../../system/timer.ts";
import { resolveHost, rtpAddress } from "./rtp-address.ts";
import { SdpFile } from "./sdp-file.ts";
import {
	type PushContext,
	PushFailed,
	type PushScheme,
	type PushTarget,
} from "./types.ts";

/** One for all targets: a timer that runs while large frames leave. */
const pacer = new Pacer();
/** A receiver that is not there is told by its host, within this time on a healthy network. */
const refusedMs = 500;
/** Without any frame for so long the camera gives none, and whoever looks is told. */
const noFrameMs = 15_000;
/** How often is looked whether the profile is still made of the same streams. */
const lookMs = 5000;

/** RTP over UDP to a host or a group: the video at the address's port, each further track two ports on. */
export const pushRtp: PushScheme = async (target, context, attempt) => {
	const profile = watched(target, context);
	const { host, port } = rtpAddress(target.url);
	const address = await resolveHost(host);
	const via = viaOf(target, context);
	const destination = { address, port, ttl: target.ttl, via };
	const run = new Run(profile, destination);
	try {
		await run.open(context);
		attempt.signal.throwIfAborted();
		const file =
			target.sdp === null
				? undefined
				: new SdpFile(target.sdp, run.sdpAddress, context.log);
		await run.send(attempt, () => {
			if (watched(target, context).tracks.some(isNew(profile)))
				throw new PushFailed("the profile has other streams now");
			void file?.update(profile);
		});
	} finally {
		run.close();
	}
};

class Run {
	readonly #profile: WatchedProfile;
	readonly #destination: UdpDestination;
	readonly #outputs: RtpOutput[] = [];
	readonly #carriers: UdpCarrier[] = [];
	#source = "";
	#first: () => void = () => {};
	#fail: (error: PushFailed) => void = () => {};
	readonly #failed: Promise<never>;

	constructor(profile: WatchedProfile, destination: UdpDestination) {
		this.#profile = profile;
		this.#destination = destination;
		this.#failed = new Promise((_resolve, reject) => {
			this.#fail = reject;
		});
		// It may fail before anybody waits for it.
		this.#failed.catch(() => {});
	}

	get sdpAddress() {
		return { ...this.#destination, origin: this.#source };
	}

	async open({ clock }: PushContext): Promise<void> {
		const cname = randomBytes(12).toString("base64");
		for (const [index, track] of this.#profile.tracks.entries()) {
			const carrier = await this.#carrier(index);
			this.#carriers.push(carrier);
			this.#outputs.push(
				new RtpOutput(track, carrier, {
					clock,
					cname,
					onFirst: () => this.#first(),
					onEnd: (reason) => this.#fail(new PushFailed(reason)),
				}),
			);
		}
	}

	/** Sends until the attempt is over or fails; `look` is called now and then. */
	async send(
		{ signal, sending }: Parameters<PushScheme>[2],
		look: () => void,
	): Promise<void> {
		const timers: NodeJS.Timeout[] = [];
		let soon: NodeJS.Immediate | undefined;
		// Whoever was too busy to hear of a refusal in time hears of it before this.
		const taken = () => {
			soon = setImmediate(sending);
		};
		const ended = aborted(signal);
		const none = setTimeout(
			() => this.#fail(new PushFailed("the camera gives no picture")),
			noFrameMs,
		).unref();
		timers.push(none);
		let begun = false;
		this.#first = () => {
			if (begun) return;
			begun = true;
			clearTimeout(none);
			timers.push(setTimeout(taken, refusedMs).unref());
		};
		timers.push(setInterval(() => this.#look(look), lookMs).unref());
		this.#look(look);
		for (const output of this.#outputs) output.start();
		try {
			await Promise.race([ended, this.#failed]);
		} finally {
			for (const timer of timers) clearTimeout(timer);
			clearImmediate(soon);
		}
	}

	close(): void {
		for (const output of this.#outputs) output.stop();
		for (const carrier of this.#carriers) carrier.close();
	}

	#look(look: () => void): void {
		try {
			look();
		} catch (error) {
			if (!(error instanceof PushFailed)) throw error;
			this.#fail(error);
		}
	}

	async #carrier(index: number): Promise<UdpCarrier> {
		const { address, port } = this.#destination;
		try {
			const way = await openUdpWay(
				{ ...this.#destination, port: port + 2 * index },
				(error) => {
					// Receivers of the picture alone, as GStreamer's, have no port for the sound.
					if (index > 0 && codeOf(error) === "ECONNREFUSED") return;
					this.#fail(unsent(error, address, port + 2 * index));
				},
			);
			this.#source = way.source;
			return new UdpCarrier(way, pacer);
		} catch (error) {
			throw unsent(error, address, port);
		}
	}
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && "code" in error ? error.code : "";
}

function unsent(error: unknown, address: string, port: number): PushFailed {
	const code = codeOf(error);
	if (code === "ECONNREFUSED")
		return new PushFailed(`nobody listens at port ${port} of ${address}`);
	if (code === "ENETUNREACH" || code === "EHOSTUNREACH")
		return new PushFailed(
			`there is no route to ${address}${isGroup(address) ? "; name an interface for the group" : ""}`,
		);
	return new PushFailed(error instanceof Error ? error.message : `${error}`);
}

/** @throws PushFailed */
function watched(target: PushTarget, context: PushContext): WatchedProfile {
	const profile = context.directory.find(target.profile);
	if (profile) return profile;
	throw new PushFailed(`there is nothing to watch in ${target.profile}`);
}

function isNew({ tracks }: WatchedProfile): (track: Track) => boolean {
	const known = new Set(tracks.map(({ stream }) => stream));
	return ({ stream }) => !known.has(stream);
}

/** @throws PushFailed */
function viaOf(
	{ interface: name }: PushTarget,
	{ network }: PushContext,
): OutgoingInterface | undefined {
	if (name === null) return undefined;
	const found = outgoingNamed(network, name);
	if (!found) throw new PushFailed(`interface ${name} is not there, or down`);
	return found;
}
