// In a network namespace: `far-viewer.ts live|websocket ws://HOST:PORT/PATH`, logged in as the administrator.
// live: writes what a player is given to stdout, one MP4 file without end.
// websocket: RTSP over WebSocket; writes "frame" once a picture, "missed SECONDS" where some are missing before a key
// frame, and on stderr "broken" where they are before another.
import { once } from "node:events";
import { createWebSocketStream, WebSocket } from "ws";
import { timestamp } from "../../src/media/rtp/packet.ts";
import { authorization } from "../helpers/digest.ts";
import { administrator } from "../helpers/service.ts";
import { LiveClient } from "../outputs/live-client.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";

const [kind = "", address = ""] = process.argv.slice(2);
const url = new URL(address);

class FileClient extends LiveClient {
	#begun = false;

	protected override take(fragment: Buffer): void {
		for (const init of this.#begun ? [] : this.inits)
			process.stdout.write(init);
		this.#begun = true;
		process.stdout.write(fragment);
	}
}

async function live(): Promise<void> {
	const stranger = new LiveClient(address);
	await stranger.answered();
	const Authorization = authorization(
		stranger.refused?.challenges ?? "",
		administrator,
		"GET",
		url.pathname,
	);
	if (!Authorization) throw new Error("no challenge");
	const client = new FileClient(address, { Authorization });
	const [code, reason] = await once(client.socket, "close");
	throw new Error(`closed: ${code} ${reason}`);
}

/** Parameter sets go before each key frame, alone or in one packet (RFC 6184, 5.7.1). */
const beginsKeyFrame = (packet: Buffer) =>
	[7, 24].includes(packet.readUInt8(12) & 31);

async function webSocket(): Promise<void> {
	const socket = new WebSocket(address, "rtsp.onvif.org");
	const stream = createWebSocketStream(socket);
	stream.on("error", () => {});
	await once(socket, "open");
	const client = new RtspClient(stream);
	client.login = { user: administrator.name, password: administrator.password };
	let next: number | undefined;
	let time = 0;
	stream.on("data", () => {
		for (const { channel, data } of client.packets.splice(0)) {
			if (channel !== 0) continue;
			const number = data.readUInt16BE(2);
			const step = ((timestamp(data) - time) | 0) / 90_000;
			if (next !== undefined && number !== next) {
				if (beginsKeyFrame(data)) process.stdout.write(`missed ${step}\n`);
				else process.stderr.write(`broken at ${number}\n`);
			}
			time = timestamp(data);
			next = (number + 1) & 0xffff;
			if (data.readUInt8(1) & 0x80) process.stdout.write("frame\n");
		}
	});
	const Session = await client.play(`rtsp://${url.host}/main`);
	const alive = setInterval(() => {
		void client.request("GET_PARAMETER", `rtsp://${url.host}/main`, {
			Session,
		});
	}, 3000);
	await once(stream, "close");
	clearInterval(alive);
	throw new Error("closed");
}

await (kind === "live" ? live() : webSocket());
