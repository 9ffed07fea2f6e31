import { randomUUID } from "node:crypto";
import type { DiscoveryIdentity } from "../../src/discovery/types.ts";
import type { Log } from "../../src/system/log.ts";

export const SCOPES = [
	"onvif://www.onvif.org/type/video_encoder",
	"onvif://www.onvif.org/Profile/Streaming",
	"onvif://www.onvif.org/Profile/T",
	"onvif://www.onvif.org/name/Front%20Door",
	"onvif://www.onvif.org/hardware/D1-566",
	"onvif://www.onvif.org/location/country/china",
	"onvif://www.onvif.org/location/city/bejing",
	"urn:uuid:8A6E8B4C-2E5A-4B19-9D9B-0123456789AB",
];

export class MemoryLog implements Log {
	readonly lines: string[] = [];
	#keep(level: string, message: string, fields: object = {}): void {
		this.lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
	}
	info(message: string, fields?: object): void {
		this.#keep("info", message, fields);
	}
	warn(message: string, fields?: object): void {
		this.#keep("warn", message, fields);
	}
	error(message: string, fields?: object): void {
		this.#keep("error", message, fields);
	}
}

export class TestIdentity implements DiscoveryIdentity {
	readonly endpointReference = `urn:uuid:${randomUUID()}`;
	mode = true;
	/** How often the mode was looked up: once a datagram. */
	asked = 0;
	own = [...SCOPES];
	scopes(): readonly string[] {
		return this.own;
	}
	discoverable(): boolean {
		this.asked += 1;
		return this.mode;
	}
	xaddr(host: string): string {
		return `http://${host}:8080/onvif/device_service`;
	}
	metadataVersion(): number {
		return 7;
	}
}
