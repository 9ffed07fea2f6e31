import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { sizeFromSps } from "../../src/media/relay/sps.ts";
import { AccessUnit } from "../../src/media/rtp/h264.ts";
import { isRtp, marker, timestamp } from "../../src/media/rtp/packet.ts";
import { administrator, type RunningService } from "../helpers/service.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";

export interface Arrived {
	readonly packet: Buffer;
	/** Monotonic milliseconds. */
	readonly at: number;
}

/** A viewer to the letter, over either transport. */
export class Watching {
	readonly client: RtspClient;
	readonly rtp: Arrived[] = [];
	readonly rtcp: Buffer[] = [];
	readonly url: string;
	session = "";
	#port: number | undefined;

	constructor(client: RtspClient, url: string) {
		this.client = client;
		this.url = url;
	}

	static async start(
		t: TestContext,
		service: RunningService,
		profile: string,
		transport: "tcp" | "udp",
	): Promise<Watching> {
		const client = await RtspClient.connect(t, service.rtsp);
		client.login = {
			user: administrator.name,
			password: administrator.password,
		};
		const url = `rtsp://127.0.0.1:${service.rtsp}/${profile}`;
		const watching = new Watching(client, url);
		if (transport === "tcp") {
			client.socket.prependListener("data", () => {
				// Packets are taken apart by the client's own listener, behind this one.
				queueMicrotask(() => watching.#fromClient());
			});
			watching.session = await client.play(url);
			return watching;
		}
		const [rtp, rtcp] = [
			await watching.#socket(t, (packet) =>
				watching.rtp.push({ packet, at: performance.now() }),
			),
			await watching.#socket(t, (packet) => watching.rtcp.push(packet)),
		];
		watching.#port = rtp;
		watching.session = await client.play(
			url,
			`RTP/AVP;unicast;client_port=${rtp}-${rtcp}`,
		);
		return watching;
	}

	async #socket(
		t: TestContext,
		got: (packet: Buffer) => void,
	): Promise<number> {
		const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
		socket.on("message", got);
		socket.bind(0, "127.0.0.1");
		await once(socket, "listening");
		t.after(() => socket.close());
		return socket.address().port;
	}

	#fromClient(): void {
		for (const { channel, data } of this.client.packets.splice(0))
			if (channel === 0) this.rtp.push({ packet: data, at: performance.now() });
			else this.rtcp.push(data);
	}

	/** The width that the last parameter sets tell, and whether sets stood before each key frame. */
	get pictures() {
		let width: number | undefined;
		let keys = 0;
		let bare = 0;
		for (const unit of this.#units()) {
			if (unit.sps) width = sizeFromSps(unit.sps)?.width;
			if (!unit.key) continue;
			keys++;
			if (!unit.sps || !unit.pps) bare++;
		}
		return { width, keys, bare };
	}

	*#units(): Iterable<AccessUnit> {
		let unit = new AccessUnit();
		for (const { packet } of this.rtp) {
			unit.add(packet);
			if (!marker(packet)) continue;
			yield unit;
			unit = new AccessUnit();
		}
	}

	/** Packets that came, and that the kernel had no room for while this process was kept waiting. */
	get dropped(): number {
		return this.#port === undefined ? 0 : droppedAt(this.#port);
	}

	/** Nothing that reached this host is missing, and time goes on. */
	check(): void {
		let missing = 0;
		const [first] = this.rtp;
		assert.ok(first);
		let before = first.packet;
		for (const { packet } of this.rtp.slice(1)) {
			assert.ok(isRtp(packet));
			assert.equal(packet.readUInt32BE(8), before.readUInt32BE(8), "one SSRC");
			const ahead = (packet.readUInt16BE(2) - before.readUInt16BE(2)) & 0xffff;
			assert.ok(ahead > 0 && ahead < 0x8000, "sequence numbers go on");
			missing += ahead - 1;
			const step = (timestamp(packet) - timestamp(before)) | 0;
			assert.ok(step >= 0, "time goes on");
			before = packet;
		}
		assert.ok(missing <= this.dropped, `${missing} packets are missing`);
	}

	/** Milliseconds without a packet, at the longest, from `since` on. */
	gap(since: number): number {
		const times = this.rtp.map(({ at }) => at);
		return Math.max(
			...times.map((at, index) =>
				at >= since ? at - (times[index - 1] ?? at) : 0,
			),
		);
	}
}

/** Of the socket at a port of 127.0.0.1: the last column of its line (proc_net_udp). */
function droppedAt(port: number): number {
	const place = `7F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
	const line = readFileSync("/proc/net/udp", "utf8")
		.split("\n")
		.map((text) => text.trim().split(/\s+/))
		.find(([, local]) => local?.endsWith(place));
	return Number(line?.at(-1) ?? 0);
}

/** Ticks from one frame to the next, at the longest. */
export function longestStep(rtp: readonly Arrived[]): number {
	const times = rtp.map(({ packet }) => timestamp(packet));
	return Math.max(
		...times.map((time, index) => (time - (times[index - 1] ?? time)) | 0),
	);
}
