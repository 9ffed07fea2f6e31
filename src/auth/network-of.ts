/** Whoever owns an IPv6 address owns its whole /64: those count as one. An IPv4 address stands for itself. */
export function networkOf(client: string): string {
	if (!client.includes(":") || client.includes(".")) return client;
	const [head = "", tail] = client.split("::");
	const groups = head === "" ? [] : head.split(":");
	if (tail !== undefined) {
		const last = tail === "" ? [] : tail.split(":");
		while (groups.length + last.length < 8) groups.push("0");
		groups.push(...last);
	}
	return groups.slice(0, 4).join(":");
}
