import type { WatchedProfile } from "../../media/types.ts";
import type { Log } from "../../system/log.ts";
import { replaceFile } from "../../system/replace-file.ts";
import { pushSdp, type SdpAddress } from "./sdp.ts";

/** Everybody on the host may open it: it says no more than the packets do. */
const mode = 0o644;

/** The SDP of a push in a file, written anew when it is another. */
export class SdpFile {
	readonly #path: string;
	readonly #address: SdpAddress;
	readonly #log: Log;
	#written: string | undefined;
	#busy = false;
	#told = false;

	constructor(path: string, address: SdpAddress, log: Log) {
		this.#path = path;
		this.#address = address;
		this.#log = log;
	}

	/** Never rejects. A stream that cannot tell what it is yet is asked at the next call. */
	async update(profile: WatchedProfile): Promise<void> {
		if (this.#busy) return;
		this.#busy = true;
		try {
			const text = await pushSdp(profile, this.#address).catch(() => undefined);
			if (text !== undefined && text !== this.#written) {
				await replaceFile(this.#path, text, mode);
				this.#written = text;
			}
		} catch (error) {
			if (!this.#told)
				this.#log.warn("the SDP of a push cannot be written", {
					path: this.#path,
					reason: String(error),
				});
			this.#told = true;
		} finally {
			this.#busy = false;
		}
	}
}
