import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { guestPatienceMs } from "../helpers/patience.ts";
import { Console } from "./console.ts";
import { forwardedPorts } from "./forwarded-ports.ts";

const script = fileURLToPath(new URL("vm.sh", import.meta.url));
const cannotBeHad = 77;

export interface VmOptions {
	/** A shell script that runs as root; the machine lives as long as it does. Without one, until `stop`. */
	readonly job?: string;
	/** Ports of the guest that the host wants to reach. */
	readonly ports?: readonly number[];
	/** The machine is ended after so many seconds, whatever happens. */
	readonly seconds?: number;
}

export interface GuestResult {
	readonly exitCode: number;
	readonly stdout: string;
	readonly stderr: string;
}

export interface Vm {
	/** A directory of the host that is `/host` in the guest; gone after `stop`. */
	readonly share: string;
	/** What the guest said on its console. */
	readonly console: Console;
	/** The job's exit status, when it ends by itself. */
	readonly exited: Promise<number>;
	/** The port of 127.0.0.1 that leads to one of `ports`. */
	port(guestPort: number): number;
	/** Runs shell commands in the guest, whatever else runs there. Rejects after `timeoutMs` or when the machine ends. */
	run(commands: string, timeoutMs?: number): Promise<GuestResult>;
	/** As `run`, and rejects with what was said when it fails. Resolves with stdout. */
	must(commands: string, timeoutMs?: number): Promise<string>;
	stop(): Promise<void>;
}

let prepared: Promise<string | undefined> | undefined;

/** Makes what the machine is made of, once a kernel version. Resolves with the reason when that cannot be had here. */
export function prepareVm(): Promise<string | undefined> {
	prepared ??= prepare();
	return prepared;
}

async function prepare(): Promise<string | undefined> {
	const result = await execa("sh", [script, "prepare"], {
		stdin: "ignore",
		reject: false,
		timeout: 2_400_000,
	});
	if (result.exitCode === 0) return undefined;
	const said = result.stderr.trimEnd();
	if (result.exitCode === cannotBeHad)
		return said.split("\n").at(-1) || "no virtual machine here";
	throw new Error(`vm.sh prepare failed: ${said}`);
}

/** Boots a machine when no other runs here; resolves when it takes commands, some five seconds later. */
export async function startVm(options: VmOptions = {}): Promise<Vm> {
	for (let boots = 1; ; boots++) {
		const vm = await boot(options);
		if (!(await runsFast(vm))) return vm;
		await vm.stop();
		if (boots === 10) throw new Error("the guest's clock runs too fast");
	}
}

/**
 * Measured while the host is busy, the frequency of the guest's time stamp counter is at times many times too low, and
 * all its time limits too short: one boot of 20 when the host has 50 programs to run. The guest begins with the host's
 * time, to the second. The HPET is always right, and costs a quarter of the emulated processor.
 */
async function runsFast(vm: Vm): Promise<boolean> {
	const guestMs = 1000 * Number.parseFloat(await vm.must("date +%s.%N"));
	return guestMs > Date.now() + 1000;
}

async function boot(options: VmOptions): Promise<Vm> {
	const share = await mkdtemp(join(tmpdir(), "onvifd-vm-"));
	await mkdir(join(share, "command"));
	await writeFile(
		join(share, "job.sh"),
		options.job ?? "exec sleep infinity\n",
	);
	const child = execa(
		"setpriv",
		[
			"--pdeathsig",
			"TERM",
			"sh",
			script,
			"run",
			share,
			...(options.ports ?? []).map(String),
		],
		{
			stdin: "ignore",
			stdout: "pipe",
			stderr: "pipe",
			buffer: false,
			reject: false,
			// vm.sh ends qemu when it is told to; killing the shell would not.
			forceKillAfterDelay: false,
			env: { VM_SECONDS: String(options.seconds ?? 3600) },
		},
	);
	const console = new Console();
	child.stdout.setEncoding("utf8").on("data", (text) => console.add(text));
	child.stderr.setEncoding("utf8").on("data", (text) => console.add(text));
	const exited = child.then((result) => {
		console.end(`the virtual machine ended with status ${result.exitCode}`);
		return result.exitCode ?? 125;
	});
	const stop = async () => {
		child.kill("SIGTERM");
		await exited;
		await rm(share, { recursive: true, force: true });
	};
	try {
		// One machine at a time runs on this host: ours may have to wait for another test's.
		await console.waitFor("vm.sh: starting", 3_600_000);
		await console.waitFor("guest: agent is ready", guestPatienceMs);
		const commands = new Commands(share, await open(share));
		const ports = await forwardedPorts(share);
		void exited.then(() => commands.close());
		return {
			share,
			console,
			exited,
			port: (guest) => ports.get(guest) ?? raise(`port ${guest} was not asked`),
			run: (text, timeoutMs) => commands.run(text, timeoutMs),
			must: (text, timeoutMs) => commands.must(text, timeoutMs),
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

/** The host's end of `guest-agent.sh`. */
class Commands {
	readonly #share: string;
	readonly #socket: Socket;
	readonly #waiting = new Map<number, (exitCode: number | undefined) => void>();
	#count = 0;

	constructor(share: string, socket: Socket) {
		this.#share = share;
		this.#socket = socket;
		let text = "";
		socket.setEncoding("utf8").on("data", (chunk: string) => {
			text += chunk;
			const lines = text.split("\n");
			text = lines.pop() ?? "";
			for (const line of lines) {
				const [number, exitCode] = line.split(" ").map(Number);
				this.#waiting.get(number ?? 0)?.(exitCode);
			}
		});
		socket.on("error", () => {}).on("close", () => this.close());
	}

	close(): void {
		this.#socket.destroy();
		for (const answer of this.#waiting.values()) answer(undefined);
	}

	async run(
		commands: string,
		timeoutMs = guestPatienceMs,
	): Promise<GuestResult> {
		if (this.#socket.destroyed)
			throw new Error(`the virtual machine ended before: ${commands}`);
		const number = ++this.#count;
		const file = join(this.#share, "command", String(number));
		await writeFile(`${file}.sh`, commands);
		const exitCode = await new Promise<number | undefined>(
			(resolve, reject) => {
				const timer = setTimeout(
					() => reject(new Error(`the guest still runs: ${commands}`)),
					timeoutMs,
				);
				this.#waiting.set(number, (code) => {
					clearTimeout(timer);
					resolve(code);
				});
				this.#socket.write(`${number}\n`);
			},
		).finally(() => this.#waiting.delete(number));
		if (exitCode === undefined)
			throw new Error(`the virtual machine ended during: ${commands}`);
		const [stdout, stderr] = await Promise.all(
			["out", "err"].map((end) => readFile(`${file}.${end}`, "utf8")),
		);
		return { exitCode, stdout: stdout ?? "", stderr: stderr ?? "" };
	}

	async must(commands: string, timeoutMs?: number): Promise<string> {
		const result = await this.run(commands, timeoutMs);
		if (result.exitCode !== 0)
			throw new Error(
				`status ${result.exitCode} of: ${commands}\n${result.stdout}${result.stderr}`,
			);
		return result.stdout;
	}
}

async function open(share: string): Promise<Socket> {
	const socket = connect(join(share, "command.sock"));
	await new Promise<void>((resolve, reject) => {
		socket.once("connect", resolve).once("error", reject);
	});
	return socket;
}

function raise(message: string): never {
	throw new Error(message);
}
