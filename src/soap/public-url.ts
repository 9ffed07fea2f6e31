import type { IncomingHttpHeaders } from "node:http";

/**
 * The public URL, if this request came by it: through a reverse proxy or a forwarded port. Host tells, or, from
 * proxies that put their own word there, X-Forwarded-Host. Neither gets into an answer: they choose between two
 * addresses that are both the owner's.
 * @param publicUrl `https://host` or `https://host:port`, as the owner wrote it; null for none
 */
export function publicUrlOf(
	publicUrl: string | null,
	headers: IncomingHttpHeaders,
): string | undefined {
	if (publicUrl === null) return undefined;
	const { protocol, hostname, port, origin } = new URL(publicUrl);
	const usual = protocol === "https:" ? "443" : "80";
	// Proxies often leave the port out.
	const names = [hostname, `${hostname}:${port === "" ? usual : port}`];
	const forwarded = headers["x-forwarded-host"];
	const told = [headers.host, ...[forwarded ?? []].flat()];
	const came = told.some((one) =>
		names.includes(one?.split(",")[0]?.trim().toLowerCase() ?? ""),
	);
	return came ? origin : undefined;
}
