import type { Frame } from "../media/types.ts";

/** How one track's packets reach one viewer. */
export interface Sender {
	/** Octets that wait to leave this host. */
	readonly queued: number;
	/** Octets that ever left it: a viewer that reads makes this grow. Undefined where nobody can tell (UDP). */
	readonly delivered: number | undefined;
	/** For the log. */
	readonly kind: "TCP" | "UDP" | "multicast";
	frame(frame: Frame): void;
	/** Several frames at once: what a viewer gets first. */
	burst(frames: readonly Frame[]): void;
	rtcp(packet: Buffer): void;
	/** The Transport header that tells the client (RFC 2326, 12.39). */
	transport(ssrc: number): string;
	/** Gives back ports or channels. Idempotent. */
	close(): void;
}

/** What a sender hears from its viewer. */
export interface SenderListener {
	/** An RTCP packet from the viewer's own address. */
	rtcp(packet: Buffer): void;
	/** A packet from where the client gets its own: who talks has this. */
	rtp?(packet: Buffer): void;
	/** Another session took over the place that this one sends to. */
	displaced(): void;
}

/** `;ssrc=` in the eight hexadecimal digits of RFC 2326, 12.39. */
export function ssrcParameter(ssrc: number): string {
	return `ssrc=${ssrc.toString(16).padStart(8, "0").toUpperCase()}`;
}
