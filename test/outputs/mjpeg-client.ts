import { get, type IncomingMessage } from "node:http";

const head =
	/^--onvifd-picture\r\nContent-Type: image\/jpeg\r\nContent-Length: (\d+)\r\n\r\n/;

/** Reads `multipart/x-mixed-replace` to the letter and keeps what came. */
export class MjpegClient {
	readonly pictures: Buffer[] = [];
	/** What does not belong there. */
	readonly strays: string[] = [];
	ended = false;
	response: IncomingMessage | undefined;
	readonly #request: ReturnType<typeof get>;
	#rest = Buffer.alloc(0);

	constructor(url: string, headers: Record<string, string> = {}) {
		this.#request = get(url, { headers, agent: false }, (response) => {
			this.response = response;
			response.on("data", (chunk: Buffer) => this.#push(chunk));
			response.on("close", () => {
				this.ended = true;
			});
		});
		this.#request.on("error", () => {
			this.ended = true;
		});
	}

	close(): void {
		this.#request.destroy();
	}

	#push(chunk: Buffer): void {
		this.#rest = Buffer.concat([this.#rest, chunk]);
		for (;;) {
			const found = head.exec(this.#rest.toString("latin1", 0, 200));
			if (!found) {
				const text = this.#rest.toString("latin1", 0, 200);
				if (text.includes("\r\n\r\n")) this.strays.push(text);
				return;
			}
			const from = found[0].length;
			const end = from + Number(found[1]);
			if (this.#rest.length < end + 2) return;
			this.pictures.push(this.#rest.subarray(from, end));
			const between = this.#rest.toString("latin1", end, end + 2);
			if (between !== "\r\n") this.strays.push(between);
			this.#rest = this.#rest.subarray(end + 2);
		}
	}
}
