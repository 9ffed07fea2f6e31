import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ip } from "../discovery/namespaces.ts";
import { until } from "../helpers/media.ts";
import { inNamespace } from "./ffmpeg-viewer.ts";

const program = fileURLToPath(
	new URL("../../fixtures/programs/lossy-cable.py", import.meta.url),
);

/** Why there can be no such cable here, for a test to be skipped with; false when there can. */
export function noLossyCable(): string | false {
	try {
		closeSync(openSync("/dev/net/tun", "r+"));
		return false;
	} catch {
		return "/dev/net/tun cannot be opened here";
	}
}

/** A cable between two namespaces that loses frames and delivers some late, whatever is in them. */
export class LossyCable {
	lost = 0;
	late = 0;
	readonly #namespace = `onvifd-${process.pid}-cable`;
	readonly #child: ChildProcess;
	readonly #ended: Promise<unknown>;
	#said = "";

	private constructor() {
		ip("netns", "add", this.#namespace);
		const [file, args] = inNamespace(
			this.#namespace,
			...["/usr/bin/python3", program, "end0", "end1"],
		);
		const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
		this.#child = child;
		this.#ended = new Promise((settle) => child.once("close", settle));
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			this.#said = (this.#said + text).slice(-200);
			const [last] = [...this.#said.matchAll(/lost (\d+) late (\d+)\n/g)].slice(
				-1,
			);
			this.lost = Number(last?.[1] ?? this.lost);
			this.late = Number(last?.[2] ?? this.late);
		});
	}

	/** Resolves when it can be laid. */
	static async make(): Promise<LossyCable> {
		const cable = new LossyCable();
		await until(
			() => cable.#said.includes("ready") || cable.#child.exitCode !== null,
			"the cable",
		);
		if (cable.#child.exitCode === null) return cable;
		await cable.remove();
		throw new Error("there is no cable: python3 says why above");
	}

	/** Its ends become these namespaces' eth0. */
	lay(...namespaces: readonly [string, string]): void {
		for (const [at, namespace] of namespaces.entries())
			ip(
				...["-n", this.#namespace, "link", "set", `end${at}`],
				...["netns", namespace, "name", "eth0"],
			);
	}

	/** From now on. */
	lose(): void {
		this.#child.stdin?.write("lose\n");
	}

	async remove(): Promise<void> {
		this.#child.stdin?.end();
		await this.#ended;
		ip("netns", "del", this.#namespace);
	}
}
