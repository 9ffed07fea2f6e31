import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** A viewer that costs next to nothing: RTSP over TCP, interleaved; it counts what comes and looks for key frames. */
export class RtspViewer {
	readonly #socket: Socket;
	readonly #url: URL;
	#cseq = 0;
	#buffer: Buffer = Buffer.alloc(0);
	#answer: ((head: string) => void) | undefined;
	#keyFrame: () => void = () => {};
	#next: number | undefined;
	octets = 0;
	frames = 0;
	/** Packets that did not come, or not in their turn. */
	lost = 0;
	readonly firstKeyFrame: Promise<void>;

	private constructor(url: URL, socket: Socket) {
		this.#url = url;
		this.#socket = socket;
		this.firstKeyFrame = new Promise((resolve) => {
			this.#keyFrame = resolve;
		});
		socket.on("data", (chunk) => this.#read(chunk));
	}

	/** Resolves when PLAY was answered. The URL carries name and password; another loopback address is another client. */
	static async play(
		address: string,
		localAddress = "127.0.0.1",
	): Promise<RtspViewer> {
		const url = new URL(address);
		const socket = connect({
			port: Number(url.port),
			host: url.hostname,
			localAddress,
		});
		await once(socket, "connect");
		socket.setNoDelay(true);
		const viewer = new RtspViewer(url, socket);
		await viewer.#start();
		return viewer;
	}

	close(): void {
		this.#socket.destroy();
	}

	async #start(): Promise<void> {
		const bare = `rtsp://${this.#url.host}${this.#url.pathname}`;
		const refused = await this.#ask("DESCRIBE", bare, "");
		const challenge =
			/WWW-Authenticate: Digest .*?realm="([^"]*)".*?nonce="([^"]*)"/is.exec(
				refused,
			);
		if (!challenge) throw new Error(`no challenge: ${refused}`);
		const [, realm = "", nonce = ""] = challenge;
		const name = decodeURIComponent(this.#url.username);
		const password = decodeURIComponent(this.#url.password);
		const login = (method: string, uri: string) => {
			const response = md5(
				`${md5(`${name}:${realm}:${password}`)}:${nonce}:${md5(`${method}:${uri}`)}`,
			);
			return `Authorization: Digest username="${name}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"\r\n`;
		};
		await this.#ask("DESCRIBE", bare, login("DESCRIBE", bare));
		const track = `${bare}/trackID=0`;
		const setup = await this.#ask(
			"SETUP",
			track,
			`${login("SETUP", track)}Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n`,
		);
		const session = /Session: ([^;\r\n]+)/i.exec(setup)?.[1];
		const played = await this.#ask(
			"PLAY",
			bare,
			`${login("PLAY", bare)}Session: ${session}\r\n`,
		);
		if (!played.startsWith("RTSP/1.0 200"))
			throw new Error(`not played: ${played}`);
	}

	#ask(method: string, uri: string, headers: string): Promise<string> {
		this.#socket.write(
			`${method} ${uri} RTSP/1.0\r\nCSeq: ${++this.#cseq}\r\n${headers}\r\n`,
		);
		return new Promise((resolve, reject) => {
			this.#answer = resolve;
			this.#socket.once("error", reject);
		});
	}

	#read(chunk: Buffer): void {
		this.octets += chunk.length;
		let data =
			this.#buffer.length > 0 ? Buffer.concat([this.#buffer, chunk]) : chunk;
		for (let used = this.#take(data); used > 0; used = this.#take(data))
			data = data.subarray(used);
		this.#buffer = data;
	}

	/** Takes one packet or answer off the front; tells its length, 0 when it is not yet whole. */
	#take(data: Buffer): number {
		if (data.length < 4) return 0;
		if (data.readUInt8(0) === 0x24) {
			const length = 4 + data.readUInt16BE(2);
			if (data.length < length) return 0;
			if (data.readUInt8(1) === 0 && length >= 18)
				this.#packet(data.subarray(4, length));
			return length;
		}
		const end = data.indexOf("\r\n\r\n");
		if (end < 0) return 0;
		const head = data.toString("latin1", 0, end);
		const length =
			end + 4 + Number(/Content-Length: (\d+)/i.exec(head)?.[1] ?? 0);
		if (data.length < length) return 0;
		this.#answer?.(head);
		return length;
	}

	#packet(rtp: Buffer): void {
		const type = rtp.readUInt8(12) & 0x1f;
		const inner = type === 28 ? rtp.readUInt8(13) & 0x1f : type;
		if (inner === 5) this.#keyFrame();
		if (rtp.readUInt8(1) & 0x80) this.frames += 1;
		const number = rtp.readUInt16BE(2);
		if (this.#next !== undefined && number !== this.#next)
			this.lost += (number - this.#next) & 0xffff;
		this.#next = (number + 1) & 0xffff;
	}
}
