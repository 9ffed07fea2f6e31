/** A camera's host label in mDNS: of our own, as avahi keeps the host's. The end of the endpoint reference tells cameras apart. */
export function mdnsHost(endpointReference: string): string {
	return `onvifd-${endpointReference.slice(-12)}`;
}
