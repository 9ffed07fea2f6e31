export interface NetworkAddress {
	/** IPv4 dotted or IPv6 without zone. */
	readonly address: string;
	readonly family: 4 | 6;
	readonly prefixLength: number;
}

export interface NetworkInterface {
	readonly name: string;
	readonly index: number;
	/** `aa:bb:cc:dd:ee:ff`; all zeros for loopback. */
	readonly mac: string;
	readonly mtu: number | undefined;
	readonly loopback: boolean;
	readonly up: boolean;
	readonly addresses: readonly NetworkAddress[];
}

/** The host's network as it is at the moment of asking; nothing is cached. */
export interface Network {
	interfaces(): readonly NetworkInterface[];
	hostname(): string;
	/** Default gateways, IPv4 and IPv6. */
	defaultGateways(): readonly string[];
	/** From resolv.conf; `fromDhcp` is false when unknown. */
	dns(): {
		readonly servers: readonly string[];
		readonly searchDomains: readonly string[];
		readonly fromDhcp: boolean;
	};
	/** From systemd-timesyncd, chrony or ntpd configuration files, whichever is there. */
	ntp(): { readonly servers: readonly string[]; readonly fromDhcp: boolean };
	/** The local address that the kernel would use to reach `peer` (UDP connect, no packet is sent). */
	localAddressFor(peer: string): Promise<string | undefined>;
}
