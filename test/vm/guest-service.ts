import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { guestPatienceMs } from "../helpers/patience.ts";
import type { GuestResult, Vm } from "./vm.ts";

export const rtspPort = 8554;
export const httpPort = 8080;

/** The built service, running in the guest as people would start it. */
export interface GuestService {
	/** Its process, in the guest. */
	readonly pid: number;
	/** Resolves when it has ended. */
	readonly ended: Promise<GuestResult>;
	/** What it wrote so far, on stdout and stderr. */
	said(): Promise<string>;
	/** Resolves when `text` was said. */
	says(text: string, timeoutMs?: number): Promise<void>;
	/** SIGTERM. */
	stop(): Promise<GuestResult>;
}

const built = fileURLToPath(new URL("../../dist", import.meta.url));
const started = new WeakMap<Vm, number>();

/** Starts it with a configuration, `/host/service-1.yaml` for a machine's first; resolves when it listens. JSON is YAML. */
export async function startGuestService(
	vm: Vm,
	config: Readonly<Record<string, unknown>>,
): Promise<GuestService> {
	// A copy: the guest would not see that somebody builds anew.
	await cp(built, join(vm.share, "dist"), { recursive: true, force: true });
	const number = (started.get(vm) ?? 0) + 1;
	started.set(vm, number);
	const name = `service-${number}`;
	const file = (end: string) => join(vm.share, `${name}.${end}`);
	const whole = {
		http: { port: httpPort },
		rtsp: { port: rtspPort },
		discovery: { wsDiscovery: false, mdns: false },
		stateDir: `/tmp/${name}`,
		...config,
	};
	await writeFile(file("yaml"), JSON.stringify(whole), { mode: 0o600 });
	const ended = vm.run(
		`echo $$ >/host/${name}.pid; exec node /host/dist/onvifd.js run --config /host/${name}.yaml >/host/${name}.log 2>&1`,
		3_600_000,
	);
	let over = false;
	// Who waits for `ended` hears of a machine that ended first; nobody else needs to.
	const onEnd = () => {
		over = true;
	};
	ended.then(onEnd, onEnd);
	const said = () => readFile(file("log"), "utf8").catch(() => "");
	const says = async (text: string, timeoutMs = guestPatienceMs) => {
		const end = performance.now() + timeoutMs;
		for (;;) {
			const sofar = await said();
			if (sofar.includes(text)) return;
			if (over || performance.now() > end)
				throw new Error(
					`the service ${over ? "ended" : "went on"} without saying "${text}":\n${sofar}`,
				);
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	};
	await says(`:${rtspPort}/`);
	const pid = Number(await readFile(file("pid"), "utf8"));
	return {
		pid,
		ended,
		said,
		says,
		async stop() {
			await vm.must(`kill -TERM ${pid}`);
			return ended;
		},
	};
}
