/** Where the packets of one track go; each is the receiver's own from then on. Neither may throw. */
export interface TrackReceiver {
	rtp(packet: Buffer): void;
	/** Compound RTCP packets (RFC 3550, 6.1): sender reports, which tell how tracks go together. */
	rtcp?(packet: Buffer): void;
}
