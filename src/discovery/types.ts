/** What the announcers say of the device; asked anew for every message. */
export interface DiscoveryIdentity {
	/** `urn:uuid:...`, the same on every interface and after every restart (Core, "Endpoint reference"). */
	readonly endpointReference: string;
	/** Scope URIs; never empty, Core asks for profile, hardware and name. */
	scopes(): readonly string[];
	/** False in ONVIF's non-discoverable mode: nothing is answered and nothing announced. */
	discoverable(): boolean;
	/** The device service's URL at that host, an IPv4 address or an IPv6 one in brackets. */
	xaddr(host: string): string;
	/** The same over TLS, where there is that; told second, as most clients take the first. */
	secureXaddr?(host: string): string | undefined;
	/**
	 * MetadataVersion to begin with. Must not go back from one start to the next when the metadata
	 * changed in between; the seconds of the start will do.
	 */
	metadataVersion(): number;
}

/** A device to be announced, and where. */
export interface DiscoveryDevice {
	readonly identity: DiscoveryIdentity;
	/** Names of the interfaces to be found on; all when left out. */
	readonly interfaces?: readonly string[];
	/** The one local address that its service listens on: it is found on that interface alone. All when left out. */
	readonly address?: string;
}
