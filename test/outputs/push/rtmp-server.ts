import { spawn } from "node:child_process";
import { once } from "node:events";
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { until } from "../../helpers/media.ts";
import { freePort, ownAddress } from "../../helpers/own-address.ts";
import { run } from "../../helpers/run.ts";

const module = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

/** Why nginx with RTMP cannot be had here; false when it can. */
export const withoutNginxRtmp: string | false =
	!existsSync(module) && "libnginx-mod-rtmp is not installed";

/** Debian's nginx as an RTMP server that takes one key and no other. */
export class NginxRtmp {
	readonly port: number;
	/** `rtmp://host:port`; nobody else may come to be there while it does not run. */
	readonly url: string;
	readonly #folder: string;
	#process: ReturnType<typeof spawn> | undefined;

	private constructor(port: number, folder: string) {
		this.port = port;
		this.url = `rtmp://${ownAddress}:${port}`;
		this.#folder = folder;
	}

	/** Not yet started; gone after the test. */
	static async create(t: TestContext, key: string): Promise<NginxRtmp> {
		const door = createHttpServer((request, response) => {
			let body = "";
			request.setEncoding("utf8").on("data", (text: string) => {
				body += text;
			});
			request.on("end", () => {
				const right = new URLSearchParams(body).get("name") === key;
				response.writeHead(right ? 200 : 404).end();
			});
		}).listen(0, "127.0.0.1");
		await once(door, "listening");
		const address = door.address();
		const doorPort =
			typeof address === "object" && address ? address.port : undefined;
		const folder = mkdtempSync(join(tmpdir(), "onvifd-nginx-"));
		const nginx = new NginxRtmp(await freePort(), folder);
		t.after(async () => {
			await nginx.kill();
			door.close();
			door.closeAllConnections();
			rmSync(folder, { recursive: true });
		});
		writeFileSync(
			join(folder, "nginx.conf"),
			`load_module ${module};
daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr notice;
events { worker_connections 64; }
rtmp { server {
	listen ${ownAddress}:${nginx.port};
	application live { live on; on_publish http://127.0.0.1:${doorPort}/; }
} }
`,
		);
		return nginx;
	}

	/** Resolves when it listens. */
	async start(): Promise<void> {
		const child = spawn(
			"/usr/sbin/nginx",
			["-p", this.#folder, "-c", join(this.#folder, "nginx.conf")],
			{ stdio: ["ignore", "ignore", "pipe"] },
		);
		this.#process = child;
		let said = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			said = (said + text).slice(-4000);
		});
		await until(async () => {
			if (hasEnded(child)) throw new Error(`nginx ended: ${said}`);
			return listens(this.port);
		}, "nginx listens");
	}

	/** SIGKILL; resolves when it is gone. */
	async kill(): Promise<void> {
		const child = this.#process;
		this.#process = undefined;
		if (!child || hasEnded(child)) return;
		const gone = once(child, "exit");
		child.kill("SIGKILL");
		await gone;
	}
}

/** TLS for `localhost` that leads to nginx; `authority` is the file with the certificate. */
export async function tlsInFrontOf(
	t: TestContext,
	nginx: NginxRtmp,
): Promise<{ readonly port: number; readonly authority: string }> {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-tls-"));
	const [key, cert] = [join(folder, "key"), join(folder, "cert")];
	const made = await run("openssl", [
		...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
		...["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
		...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
		...["-keyout", key, "-out", cert],
	]);
	if (made.code !== 0) throw new Error(made.stderr);
	const pem = { key: readFileSync(key), cert: readFileSync(cert) };
	const server = createTlsServer(pem, (socket) => {
		const on = connect(nginx.port, ownAddress);
		for (const one of [socket, on]) one.on("error", () => {});
		socket.pipe(on).pipe(socket);
	});
	server.on("tlsClientError", () => {}).listen(0, "localhost");
	await once(server, "listening");
	t.after(() => {
		server.close();
		rmSync(folder, { recursive: true });
	});
	const address = server.address();
	if (typeof address !== "object" || !address) throw new Error("no port");
	return { port: address.port, authority: cert };
}

const hasEnded = ({ exitCode, signalCode }: ReturnType<typeof spawn>) =>
	exitCode !== null || signalCode !== null;

function listens(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, ownAddress);
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
		socket.once("error", () => resolve(false));
	});
}
