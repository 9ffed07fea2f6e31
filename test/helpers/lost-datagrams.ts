import { readFileSync } from "node:fs";
import { patienceMs } from "./patience.ts";

/**
 * How many datagrams the kernel threw away so far because a program of this network namespace did not read them in
 * time (UDP's RcvbufErrors), or because it had itself too many at once (softnet_stat's second column). What is lost so
 * on a busy machine was sent all the same.
 */
export function lostDatagrams(): number {
	return rcvbufErrors() + rcvbufErrors6() + backlogDrops();
}

const read = (name: string) => readFileSync(`/proc/self/net/${name}`, "utf8");

function rcvbufErrors(): number {
	const [names = [], values = []] = read("snmp")
		.split("\n")
		.filter((line) => line.startsWith("Udp: "))
		.map((line) => line.split(" "));
	return Number(values[names.indexOf("RcvbufErrors")] ?? 0);
}

function rcvbufErrors6(): number {
	// There is none where IPv6 is switched off.
	try {
		return Number(/^Udp6RcvbufErrors\s+(\d+)$/m.exec(read("snmp6"))?.[1] ?? 0);
	} catch {
		return 0;
	}
}

/** Of all processors; hexadecimal. */
function backlogDrops(): number {
	return readFileSync("/proc/net/softnet_stat", "utf8")
		.trim()
		.split("\n")
		.reduce(
			(sum, line) => sum + Number.parseInt(line.split(" ")[1] ?? "0", 16),
			0,
		);
}

/** ffmpeg's words, at the level of warnings. */
const missed = /RTP: missed \d+ packets|max delay reached/;

/** Plays with ffmpeg over UDP; again where it misses packets while some are lost here. */
export async function playWithoutLoss<
	Played extends { readonly stderr: string },
>(play: () => Promise<Played>): Promise<Played> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const before = lostDatagrams();
		const played = await play();
		if (!missed.test(played.stderr) || lostDatagrams() === before)
			return played;
		if (performance.now() > end) return played;
	}
}
