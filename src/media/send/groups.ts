import { randomBytes } from "node:crypto";
import type { Clock } from "../../system/clock.ts";
import { Pacer } from "../rtp/pacer.ts";
import type { GroupAddress, StartPoint, Track } from "../types.ts";
import { RtpOutput } from "./rtp-output.ts";
import { UdpCarrier } from "./udp-carrier.ts";
import { type OutgoingInterface, openUdpWay } from "./udp-way.ts";

/** Who has a stream sent to a group. */
export interface GroupUser {
	/** The stream will give no more. */
	end(reason: string): void;
	/** A packet could not leave; the next one may. */
	failed(error: Error): void;
}

/** One user's part in a stream that is sent to a group. */
export interface GroupLease {
	/** As for the first of its users. */
	readonly ttl: number;
	/** The address that the packets come from. */
	readonly source: string;
	/** Where receivers begin; undefined before the first frame. */
	readonly position: StartPoint | undefined;
	/** Idempotent. The first of all users to start begins it. */
	start(): void;
	/** Idempotent. The last one ends it. */
	stop(): void;
	/** Idempotent; stops. The last one closes the ports. */
	release(): void;
}

/** One stream on its way to one group by one interface, however many users it has. */
class Sending {
	readonly users = new Map<object, GroupUser>();
	readonly players = new Set<object>();
	readonly opening: Promise<void>;
	readonly ttl: number;
	source = "";
	#carrier: UdpCarrier | undefined;
	#output: RtpOutput | undefined;
	readonly #track: Track;

	constructor(
		track: Track,
		group: GroupAddress,
		via: OutgoingInterface | undefined,
		{ clock, cname, pacer }: { clock: Clock; cname: string; pacer: Pacer },
	) {
		this.#track = track;
		this.ttl = group.ttl;
		this.opening = openUdpWay({ ...group, via }, (error) => {
			for (const user of [...this.users.values()]) user.failed(error);
		}).then((way) => {
			this.source = way.source;
			this.#carrier = new UdpCarrier(way, pacer);
			this.#output = new RtpOutput(track, this.#carrier, {
				clock,
				cname,
				onEnd: (reason) => {
					for (const user of [...this.users.values()]) user.end(reason);
				},
			});
		});
	}

	get position(): StartPoint | undefined {
		return this.#output?.position;
	}

	start(player: object): void {
		const first = this.players.size === 0;
		this.players.add(player);
		if (first) this.#output?.start();
		// Who joins need not wait a whole group of pictures.
		else this.#track.stream.requestKeyFrame();
	}

	stop(player: object): void {
		if (this.players.delete(player) && this.players.size === 0)
			this.#output?.stop();
	}

	close(): void {
		this.#output?.stop();
		this.#carrier?.close();
	}
}

/** All that a camera sends to groups: one packet on the wire, however many asked for it. */
export class Groups {
	readonly #sendings = new Map<string, Sending>();
	readonly #shared: { clock: Clock; cname: string; pacer: Pacer };

	constructor(clock: Clock) {
		const cname = randomBytes(12).toString("base64");
		this.#shared = { clock, cname, pacer: new Pacer() };
	}

	/** How many streams go to groups, or may soon. */
	get size(): number {
		return this.#sendings.size;
	}

	/** Rejects with the system's error, such as ENETUNREACH. */
	async lease(
		track: Track,
		group: GroupAddress,
		via: OutgoingInterface | undefined,
		user: GroupUser,
	): Promise<GroupLease> {
		const key = `${track.stream.ssrc} ${group.address} ${group.port} ${via?.name}`;
		const known = this.#sendings.get(key);
		const sending = known ?? new Sending(track, group, via, this.#shared);
		const me = {};
		sending.users.set(me, user);
		this.#sendings.set(key, sending);
		const release = () => {
			sending.stop(me);
			if (!sending.users.delete(me) || sending.users.size > 0) return;
			if (this.#sendings.get(key) === sending) this.#sendings.delete(key);
			sending.close();
		};
		try {
			await sending.opening;
		} catch (error) {
			release();
			throw error;
		}
		return {
			ttl: sending.ttl,
			source: sending.source,
			get position() {
				return sending.position;
			},
			start: () => {
				if (sending.users.has(me)) sending.start(me);
			},
			stop: () => sending.stop(me),
			release,
		};
	}
}
