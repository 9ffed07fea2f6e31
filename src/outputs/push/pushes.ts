import { Push } from "./push.ts";
import { resolveHost, rtpAddress } from "./rtp-address.ts";
import { pushSdp } from "./sdp.ts";
import type { PushContext, PushStatus, PushTarget } from "./types.ts";

/** All pushes of a camera, in the configuration's order. */
export class Pushes {
	readonly #targets: readonly PushTarget[];
	readonly #context: PushContext;
	readonly #pushes: readonly Push[];

	constructor(targets: readonly PushTarget[], context: PushContext) {
		this.#targets = targets;
		this.#context = context;
		this.#pushes = targets.map((target) => new Push(target, context));
	}

	get status(): readonly PushStatus[] {
		return this.#pushes.map(({ status }) => status);
	}

	start(): void {
		for (const push of this.#pushes) push.start();
	}

	async stop(): Promise<void> {
		await Promise.all(this.#pushes.map((push) => push.stop()));
	}

	/**
	 * What the receivers of push `number`, counted from 1, open; undefined where there is none, or none is needed.
	 * Rejects with `SourceUnavailable` and `PushFailed`. @param origin this host's address
	 */
	async sdp(number: number, origin: string): Promise<string | undefined> {
		const target = this.#targets[number - 1];
		const profile = target && this.#context.directory.find(target.profile);
		if (!profile || !/^rtp:/.test(target.url)) return undefined;
		const { host, port } = rtpAddress(target.url);
		const address = await resolveHost(host);
		return pushSdp(profile, { address, port, ttl: target.ttl, origin });
	}
}
