/** Message types (RTMP 1.0, 5.4, 6.2, 7.1). */
export const messageTypes = {
	setChunkSize: 1,
	acknowledgement: 3,
	userControl: 4,
	windowSize: 5,
	audio: 8,
	video: 9,
	command3: 17,
	data: 18,
	command: 20,
} as const;

export interface RtmpMessage {
	readonly type: number;
	/** 0 for those about the connection. */
	readonly streamId: number;
	/** Milliseconds, 32 bits. */
	readonly timestamp: number;
	readonly payload: Buffer;
}

/** What is broken in what the server sends. */
export class RtmpError extends Error {
	override readonly name = "RtmpError";
}
