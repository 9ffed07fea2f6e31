import type { IncomingHttpHeaders } from "node:http";

/** Whether a page of this very address sent a request, as far as the browser says. */
export function isOwnPage({
	origin,
	host,
}: Pick<IncomingHttpHeaders, "origin" | "host">): boolean {
	if (origin === undefined || host === undefined) return false;
	// A proxy that ends TLS leaves the scheme to the page alone.
	const own = origin.replace(/\/\/.*/, `//${host}`);
	return (
		URL.canParse(origin) &&
		URL.canParse(own) &&
		new URL(origin).host === new URL(own).host
	);
}

/** Whether a page of another address sent a request: programs other than browsers say nothing of that. */
export function isForeignPage(headers: IncomingHttpHeaders): boolean {
	return headers.origin === undefined
		? headers["sec-fetch-site"] === "cross-site"
		: !isOwnPage(headers);
}
