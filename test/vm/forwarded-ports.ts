import { connect } from "node:net";
import { join } from "node:path";

const commands = [
	{ execute: "qmp_capabilities" },
	{
		execute: "human-monitor-command",
		arguments: { "command-line": "info usernet" },
	},
];

/**
 * The ports of 127.0.0.1 that qemu took for those of the guest, by the guest's. It says so itself through its monitor
 * (QMP): a port that was free when somebody else looked may be taken when qemu wants it.
 */
export async function forwardedPorts(
	share: string,
): Promise<ReadonlyMap<number, number>> {
	const socket = connect(join(share, "monitor.sock"));
	const answers: string[] = [];
	let text = "";
	try {
		await new Promise<void>((resolve, reject) => {
			socket.once("error", reject).once("close", () => {
				reject(new Error("qemu's monitor closed"));
			});
			socket.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
				const lines = text.split("\r\n");
				text = lines.pop() ?? "";
				for (const line of lines) {
					// Events come at any time.
					if (!/^\{"(QMP|return|error)"/.test(line)) continue;
					const command = commands[answers.push(line) - 1];
					if (command) socket.write(`${JSON.stringify(command)}\n`);
					else resolve();
				}
			});
		});
	} finally {
		socket.destroy();
	}
	return listedPorts(answers.at(-1) ?? "");
}

/** `  TCP[HOST_FORWARD]  12       127.0.0.1 45678       10.0.2.15  8554     0     0` */
function listedPorts(answer: string): ReadonlyMap<number, number> {
	const line =
		/TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+[\d.]+\s+(\d+)/g;
	const ports = new Map<number, number>();
	for (const [, host, guest] of answer.matchAll(line))
		ports.set(Number(guest), Number(host));
	return ports;
}
