import { RtspClient } from "../../src/rtsp-client/client.ts";
import { RtspError } from "../../src/rtsp-client/errors.ts";
import type { Transport } from "../../src/rtsp-client/transport.ts";
import { patienceMs } from "./patience.ts";
import type { RunningService } from "./service.ts";

/** Watches the video of a profile, and counts frames and what is missing among its packets. */
export class CountingViewer {
	readonly #client: RtspClient;
	#frames = 0;
	#lost = 0;
	#next: number | undefined;

	private constructor(client: RtspClient) {
		this.#client = client;
	}

	static async play(
		service: RunningService,
		profile: string,
		transport: Transport,
	): Promise<CountingViewer> {
		const client = await connect(`${service.rtspUrl}/${profile}`);
		const viewer = new CountingViewer(client);
		const video = client.description.media.find(({ type }) => type === "video");
		if (!video) throw new Error("there is no video");
		await client.setup(video, transport, {
			rtp: (packet) => viewer.#take(packet),
		});
		await client.play();
		return viewer;
	}

	/** Frames that came whole, as far as their last packet tells. */
	get frames(): number {
		return this.#frames;
	}

	/** Packets that did not come, or not in their turn. */
	get lost(): number {
		return this.#lost;
	}

	close(): void {
		this.#client.close();
	}

	#take(packet: Buffer): void {
		const number = packet.readUInt16BE(2);
		if (this.#next !== undefined && number !== this.#next)
			this.#lost += (number - this.#next) & 0xffff;
		this.#next = (number + 1) & 0xffff;
		if (packet.readUInt8(1) & 0x80) this.#frames++;
	}
}

/** As players do, again while there is no picture yet. */
async function connect(url: string): Promise<RtspClient> {
	const { signal } = new AbortController();
	const end = performance.now() + patienceMs;
	for (;;)
		try {
			return await RtspClient.connect({ url, signal });
		} catch (error) {
			const notYet = error instanceof RtspError && error.status === 503;
			if (!notYet || performance.now() > end) throw error;
		}
}
