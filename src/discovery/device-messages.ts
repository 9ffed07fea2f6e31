import { randomUUID } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import { hostOf, type Link } from "./links.ts";
import {
	type Sequence,
	type Target,
	writeBye,
	writeHello,
	writeMatches,
	writeRuleFault,
} from "./messages.ts";
import type { Probe, Resolve } from "./request.ts";
import type { DiscoveryIdentity } from "./types.ts";

/** The device's messages in their order: numbered, each with an id of its own and what is true at the moment. */
export class DeviceMessages {
	readonly #identity: DiscoveryIdentity;
	readonly #links: () => readonly Link[];
	readonly #instanceId: number;
	#written = 0;
	#changes = 0;

	constructor(
		identity: DiscoveryIdentity,
		clock: Clock,
		links: () => readonly Link[],
	) {
		this.#identity = identity;
		this.#links = links;
		this.#instanceId = Math.floor(clock.now() / 1000);
	}

	/** From here on the MetadataVersion is another. */
	changed(): void {
		this.#changes += 1;
	}

	hello(link: Link): Buffer {
		return writeHello(this.#target(link), newId(), this.#next());
	}

	bye(): Buffer {
		const { endpointReference } = this.#identity;
		return writeBye(endpointReference, newId(), this.#next());
	}

	matches(request: Probe | Resolve, link: Link): Buffer {
		return writeMatches(request, this.#target(link), newId(), this.#next());
	}

	ruleFault(request: Probe): Buffer {
		return writeRuleFault(request, newId(), this.#next());
	}

	#target(link: Link): Target {
		const host = hostOf(link, this.#links());
		const secure = this.#identity.secureXaddr?.(host);
		return {
			endpointReference: this.#identity.endpointReference,
			scopes: this.#identity.scopes(),
			xaddrs: [this.#identity.xaddr(host), ...(secure ? [secure] : [])],
			metadataVersion: this.#identity.metadataVersion() + this.#changes,
		};
	}

	#next(): Sequence {
		this.#written += 1;
		return { instanceId: this.#instanceId, messageNumber: this.#written };
	}
}

function newId(): string {
	return `urn:uuid:${randomUUID()}`;
}
