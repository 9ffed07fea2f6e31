/** What the server lets its clients take. Bytes, seconds and counts; each default stands beside its key. */
export interface RtspLimits {
	/** Open connections in all. */
	readonly connections: number;
	readonly connectionsPerAddress: number;
	readonly sessions: number;
	readonly sessionsPerConnection: number;
	/** Request line and headers together. */
	readonly headBytes: number;
	readonly headerCount: number;
	readonly bodyBytes: number;
	/** Interleaved packets from clients that are longer are skipped: RTCP needs less. */
	readonly interleavedBytes: number;
	/** From a request's first byte to its last. */
	readonly requestSeconds: number;
	/** Without a request, before anybody has logged in. */
	readonly anonymousSeconds: number;
	/** Without a request, logged in but with no session. */
	readonly idleSeconds: number;
	/** A tunnel's POST without its GET. */
	readonly postSeconds: number;
	/** Wrong passwords on one connection before it is closed. */
	readonly refusals: number;
	/** A viewer with more waiting gets nothing until the next key frame that finds its queue below `resumeBytes`. */
	readonly queueBytes: number;
	readonly resumeBytes: number;
	/** The same for a viewer whose queue was above `resumeBytes` for so long: 1 MB is many seconds of a small stream. */
	readonly queueSeconds: number;
	/** How long PLAY waits for a first key frame before it answers without its place in RTP time. */
	readonly firstFrameSeconds: number;
	/** Between sender reports (RFC 3550, 6.2: at least 5 s). */
	readonly reportSeconds: number;
	/** How often timeouts and reports are looked at: one timer for the whole server. */
	readonly sweepMilliseconds: number;
}

export const defaultLimits: RtspLimits = {
	connections: 256,
	connectionsPerAddress: 96,
	sessions: 192,
	sessionsPerConnection: 8,
	headBytes: 8192,
	headerCount: 64,
	bodyBytes: 16384,
	interleavedBytes: 4096,
	requestSeconds: 10,
	anonymousSeconds: 20,
	idleSeconds: 90,
	postSeconds: 10,
	refusals: 10,
	queueBytes: 1024 * 1024,
	resumeBytes: 64 * 1024,
	queueSeconds: 4,
	firstFrameSeconds: 5,
	reportSeconds: 5,
	sweepMilliseconds: 1000,
};
