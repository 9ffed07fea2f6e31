import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../helpers/media.ts";
import { inNamespace } from "./ffmpeg-viewer.ts";

const module = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

/** Debian's nginx in a network namespace, an RTMP server that takes any key: `rtmp://HOST/live/KEY`. */
export class FarNginx {
	readonly process: ChildProcess;
	readonly #folder = mkdtempSync(join(tmpdir(), "onvifd-nginx-"));

	/** Resolves when it listens. */
	static async start(namespace: string): Promise<FarNginx> {
		const nginx = new FarNginx(namespace);
		// It is written once the ports are open.
		const pid = join(nginx.#folder, "pid");
		await until(() => existsSync(pid), "nginx listens");
		return nginx;
	}

	private constructor(namespace: string) {
		const file = join(this.#folder, "nginx.conf");
		writeFileSync(
			file,
			`load_module ${module};
daemon off; master_process off; pid ${this.#folder}/pid; error_log stderr error;
events { worker_connections 64; }
rtmp { server { listen 1935; application live { live on; } } }
`,
		);
		const [program, args] = inNamespace(
			namespace,
			...["/usr/sbin/nginx", "-p", this.#folder, "-c", file],
		);
		this.process = spawn(program, args, { stdio: "ignore" });
	}

	async stop(): Promise<void> {
		const { exitCode, signalCode } = this.process;
		if (exitCode === null && signalCode === null) {
			const gone = once(this.process, "exit");
			this.process.kill("SIGKILL");
			await gone;
		}
		rmSync(this.#folder, { recursive: true });
	}
}
