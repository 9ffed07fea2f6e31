/** An IPv4 address that a socket for both families shows within an IPv6 one, as people know it: `::ffff:192.0.2.1` is `192.0.2.1`. */
export function plainAddress(address: string): string {
	return address.startsWith("::ffff:") ? address.slice(7) : address;
}
