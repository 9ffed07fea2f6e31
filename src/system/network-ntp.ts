/** Time servers named in systemd's timesyncd.conf; a later file's `NTP=` adds, an empty one starts over. */
export function parseTimesyncd(texts: readonly string[]): string[] {
	let servers: string[] = [];
	let fallback: string[] = [];
	for (const text of texts) {
		for (const line of text.split("\n")) {
			const [, key, value] = /^\s*(NTP|FallbackNTP)\s*=(.*)$/.exec(line) ?? [];
			const named = value?.match(/\S+/g) ?? [];
			if (key === "NTP")
				servers = named.length > 0 ? [...servers, ...named] : [];
			if (key === "FallbackNTP")
				fallback = named.length > 0 ? [...fallback, ...named] : [];
		}
	}
	return [...new Set(servers.length > 0 ? servers : fallback)];
}

/** Time servers named in chrony's, ntpd's, ntpsec's or OpenNTPD's configuration: `server`, `pool`, `peer`, `servers`. */
export function parseNtpConf(text: string): string[] {
	const servers: string[] = [];
	for (const line of text.split("\n")) {
		const [, rest] = /^\s*(?:servers?|pool|peer)\s+(.*)$/i.exec(line) ?? [];
		const server = rest?.split(/\s+/).find((word) => !/^-[46]$/.test(word));
		if (server === undefined || server === "") continue;
		// 127.127.t.u is ntpd's way to write a local reference clock.
		if (server.startsWith("127.127.") || servers.includes(server)) continue;
		servers.push(server);
	}
	return servers;
}
