import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import { readDescription } from "../../src/rtsp-client/sdp.ts";
import { UdpReceiver } from "../../src/rtsp-client/udp-receiver.ts";
import { lostDatagrams } from "../helpers/lost-datagrams.ts";
import { until } from "../helpers/media.ts";
import { administrator } from "../helpers/service.ts";
import { header, type Response, RtspClient } from "../rtsp/rtsp-client.ts";
import { inLines, openTunnel, plainly } from "../rtsp/tunnel/tunnel-client.ts";
import { Ear } from "./ear.ts";
import { decode } from "./rtp-decoder.ts";
import type { Group } from "./streaming-device.ts";

/** How the cases have a stream: GetStreamUri's protocol, and a tunnel whose base64 has line breaks. */
export type Transport =
	| "UDP"
	| "Multicast"
	| "RTSP"
	| "HTTP"
	| "HTTP with line breaks";

export interface Expected {
	readonly encoding: "JPEG" | "H264";
	readonly width: number;
	readonly height: number;
}

/** Decoded frames that are proof enough. */
const wantedFrames = 4;

/** What came so far, in order. */
type Received = () => {
	readonly rtp: readonly Buffer[];
	readonly rtcp: readonly Buffer[];
};

interface Played {
	readonly client: RtspClient<Duplex>;
	readonly uri: string;
	readonly session: string;
	/** The answers to SETUP and PLAY. */
	readonly setup: Response;
	readonly play: Response;
	readonly payloadType: number;
	readonly received: Received;
	/** What the kernel had thrown away before. */
	readonly lostBefore: number;
}

/** A stream while it plays; all that the cases check on the way was right. */
export class Watching {
	readonly #of: Played;

	private constructor(played: Played) {
		this.#of = played;
	}

	get client(): RtspClient<Duplex> {
		return this.#of.client;
	}

	get uri(): string {
		return this.#of.uri;
	}

	get session(): string {
		return this.#of.session;
	}

	get setup(): Response {
		return this.#of.setup;
	}

	get rtp(): readonly Buffer[] {
		return this.#of.received().rtp;
	}

	/** DESCRIBE, SETUP and PLAY of the address's video; `group` is asked for in SETUP. */
	static async start(
		t: TestContext,
		address: string,
		transport: Transport,
		group?: Group,
	): Promise<Watching> {
		const url = new URL(address);
		const lostBefore = lostDatagrams();
		const client = await connect(t, url, transport);
		client.login = {
			user: administrator.name,
			password: administrator.password,
		};
		const uri = address.replace(/^http:/, "rtsp:");
		const described = await client.describe(uri, {
			Accept: "application/sdp",
		});
		assert.equal(described.status, 200, described.text);
		checkAddresses(described.body, url.hostname.includes(":"));
		const base = header(described, "content-base");
		const video = readDescription(described.body, base).media.find(
			({ type }) => type === "video",
		);
		assert.ok(video, described.body);
		const { received, port } = await (transport === "Multicast"
			? listen(t, described.body, hostOf(url))
			: receive(t, url, transport, client));
		const setup = await client.request("SETUP", video.control, {
			Transport: wanted(transport, port, group),
		});
		assert.equal(setup.status, 200, setup.text);
		assert.match(
			header(setup, "transport"),
			transport === "Multicast"
				? /^RTP\/AVP;multicast;.*destination=\S+;.*port=\d+-\d+;.*ttl=\d+/
				: port
					? /^RTP\/AVP(\/UDP)?;unicast;.*client_port=\d+-\d+.*server_port=\d+-\d+/
					: /^RTP\/AVP\/TCP;unicast;.*interleaved=0-1/,
		);
		const named = /^([\w-]+);timeout=(\d+)$/.exec(header(setup, "session"));
		const session = named?.[1];
		assert.ok(session && Number(named[2]) > 0, setup.text);
		const play = await client.request("PLAY", base, { Session: session });
		assert.equal(play.status, 200, play.text);
		const payloadType = video.formats[0]?.payloadType ?? Number.NaN;
		return new Watching({
			...{ client, uri, session, setup, play, payloadType },
			...{ received, lostBefore },
		});
	}

	/** Waits for pictures and a sender report, and checks them. */
	async check({ encoding, width, height }: Expected): Promise<void> {
		const { received, payloadType } = this.#of;
		await until(() => {
			const { rtp, rtcp } = received();
			return rtp.filter(isLast).length >= wantedFrames && rtcp.length > 0;
		}, "pictures and a sender report");
		const { rtp, rtcp } = received();
		this.#checkHeaders(rtp);
		this.#checkReport(rtcp);
		const decoded = await decode(encoding, payloadType, rtp);
		assert.ok(decoded.pictures > 0, "no picture could be decoded");
		assert.deepEqual([decoded.width, decoded.height], [width, height]);
	}

	async teardown(): Promise<void> {
		const { status, text } = await this.client.request("TEARDOWN", this.uri, {
			Session: this.session,
		});
		assert.equal(status, 200, text);
	}

	get #ssrc(): number {
		return Number.parseInt(
			/ssrc=([0-9A-F]{8})/i.exec(header(this.setup, "transport"))?.[1] ?? "",
			16,
		);
	}

	/** RFC 3550, 5.1; and what RTP-Info told of the first (RFC 2326, 12.33). */
	#checkHeaders(packets: readonly Buffer[]): void {
		const [first] = packets;
		assert.ok(first);
		const info = header(this.#of.play, "rtp-info");
		const told = /^url=rtsp:\S+;seq=(\d+);rtptime=(\d+)$/.exec(info);
		// Who joins a group others listen to may hear it before it is told where it begins.
		if (!/multicast/.test(header(this.#of.setup, "transport"))) {
			assert.equal(first.readUInt16BE(2), Number(told?.[1]), info);
			assert.equal(first.readUInt32BE(4), Number(told?.[2]), info);
		}
		let before = first;
		let missing = 0;
		for (const [index, packet] of packets.entries()) {
			assert.equal(packet.readUInt8(0) >> 6, 2, "version");
			assert.equal(packet.readUInt8(1) & 0x7f, this.#of.payloadType);
			assert.equal(packet.readUInt32BE(8), this.#ssrc, "SSRC");
			const gap =
				index === 0
					? 0
					: (sequenceOf(packet) - sequenceOf(before) - 1) & 0xffff;
			missing += gap;
			const step = (packet.readUInt32BE(4) - before.readUInt32BE(4)) | 0;
			if (index > 0 && gap === 0)
				assert.ok(isLast(before) ? step > 0 : step === 0, "timestamp");
			before = packet;
		}
		const lost = lostDatagrams() - this.#of.lostBefore;
		assert.ok(missing <= lost, `${missing} missing, ${lost} lost here`);
	}

	/** RFC 3550, 6.4.1, and with a CNAME, 6.1. */
	#checkReport([report]: readonly Buffer[]): void {
		assert.ok(report);
		assert.equal(report.readUInt8(0) >> 6, 2);
		assert.equal(report.readUInt8(1), 200);
		assert.equal(report.readUInt32BE(4), this.#ssrc);
		const now = (report.readUInt32BE(8) - 2_208_988_800) * 1000;
		assert.ok(Math.abs(now - Date.now()) < 60_000, "NTP time");
		const next = 4 * (report.readUInt16BE(2) + 1);
		assert.equal(report.readUInt8(next + 1), 202);
	}
}

function wanted(
	transport: Transport,
	port: number | undefined,
	group: Group | undefined,
): string {
	if (transport === "Multicast")
		return group
			? `RTP/AVP;multicast;destination=${group.address};port=${group.port}-${group.port + 1}`
			: "RTP/AVP;multicast";
	return port
		? `RTP/AVP;unicast;client_port=${port}-${port + 1}`
		: "RTP/AVP/TCP;unicast;interleaved=0-1";
}

/** What comes to the group that SDP tells. */
async function listen(
	t: TestContext,
	sdp: string,
	host: string,
): Promise<{ received: Received; port?: number }> {
	const [, address = "", ttl] =
		/^m=video [\s\S]*?^c=IN IP[46] ([^/\s]+)(?:\/(\d+))?/m.exec(sdp) ?? [];
	const port = Number(/^m=video (\d+)/m.exec(sdp)?.[1]);
	const ear = await Ear.open(t, { address, port, ttl: Number(ttl ?? 1) }, host);
	return { received: ear.received };
}

/** Where packets arrive; `port` is that of RTP over UDP. */
async function receive(
	t: TestContext,
	url: URL,
	transport: Transport,
	client: RtspClient<Duplex>,
): Promise<{ received: Received; port?: number }> {
	if (transport !== "UDP") {
		const of = (channel: number) =>
			client.packets
				.filter((packet) => packet.channel === channel)
				.map(({ data }) => data);
		return { received: () => ({ rtp: of(0), rtcp: of(1) }) };
	}
	const rtp: Buffer[] = [];
	const rtcp: Buffer[] = [];
	const receiver = await UdpReceiver.open(hostOf(url), {
		rtp: (packet) => void rtp.push(packet),
		rtcp: (packet) => void rtcp.push(packet),
	});
	t.after(() => receiver.close());
	return {
		received: () => ({ rtp: [...rtp], rtcp: [...rtcp] }),
		port: receiver.port,
	};
}

const sequenceOf = (packet: Buffer) => packet.readUInt16BE(2);

/** The marker ends a picture (RFC 2435, RFC 6184). */
function isLast(packet: Buffer): boolean {
	return (packet.readUInt8(1) & 0x80) !== 0;
}

function connect(
	t: TestContext,
	url: URL,
	transport: Transport,
): Promise<RtspClient<Duplex>> {
	const host = hostOf(url);
	const port = Number(url.port);
	if (["UDP", "Multicast", "RTSP"].includes(transport)) {
		assert.equal(url.protocol, "rtsp:");
		return RtspClient.connect(t, port, host);
	}
	assert.equal(url.protocol, "http:");
	return openTunnel(t, port, {
		host,
		cookie: randomUUID(),
		encoding: transport === "HTTP" ? plainly : inLines,
	});
}

/** Addresses in SDP are of the family by which the client came. */
function checkAddresses(sdp: string, six: boolean): void {
	const families = [...sdp.matchAll(/^[oc]=.*\bIN (IP[46]) (\S+)\r?$/gm)];
	assert.ok(families.length >= 2, sdp);
	for (const [, family, address] of families) {
		assert.equal(family, six ? "IP6" : "IP4", sdp);
		assert.equal(address?.includes(":"), six, sdp);
	}
}

const hostOf = (url: URL) => url.hostname.replace(/[[\]]/g, "");
