import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./media.ts";
import { run } from "./run.ts";

const example = fileURLToPath(
	new URL("../../docs/nginx/onvifd.conf", import.meta.url),
);

export interface NginxRequest {
	readonly path: string;
	readonly status: number;
	readonly seconds: number;
	/** The cache's word for it. */
	readonly cache: string;
}

export interface Nginx {
	readonly port: number;
	/** PEM file of the certificate that it shows for `localhost`. */
	readonly certificate: string;
	/** What became of each request. */
	requests(): NginxRequest[];
	stop(): Promise<void>;
}

/** Debian's nginx with the configuration of docs/nginx, in a folder of its own. */
export async function startNginx(
	port: number,
	servicePort: number,
): Promise<Nginx> {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-nginx-"));
	const certificate = join(folder, "camera.pem");
	const key = join(folder, "camera.key");
	const made = await run("openssl", [
		...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
		...["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
		...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
		...["-keyout", key, "-out", certificate],
	]);
	assert.equal(made.code, 0, made.stderr);
	const places: readonly (readonly [string, string])[] = [
		["server 127.0.0.1:8080;", `server 127.0.0.1:${servicePort};`],
		["listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`],
		["server_name camera.example;", "server_name localhost;"],
		["/etc/ssl/certs/camera.pem", certificate],
		["/etc/ssl/private/camera.key", key],
		["/var/cache/nginx/onvifd", join(folder, "cache")],
	];
	let site = readFileSync(example, "utf8");
	for (const [before, after] of places) {
		assert.ok(site.includes(before), before);
		site = site.replace(before, after);
	}
	writeFileSync(join(folder, "site.conf"), site);
	writeFileSync(join(folder, "nginx.conf"), around(folder));
	const child = spawn(
		"nginx",
		[...["-p", folder, "-c", "nginx.conf", "-e", join(folder, "error.log")]],
		{ stdio: ["ignore", "ignore", "inherit"] },
	);
	const log = (name: string) => readFileSync(join(folder, name), "utf8");
	const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
	await until(() => {
		if (hasEnded()) throw new Error(log("error.log"));
		return answers(port, certificate);
	}, "nginx answers");
	return {
		port,
		certificate,
		requests: () =>
			log("access.log")
				.split("\n")
				.filter((line) => line !== "")
				.map((line) => {
					const [path = "", status, seconds, cache = ""] = line.split(" ");
					return {
						...{ path, status: Number(status), seconds: Number(seconds) },
						cache,
					};
				}),
		async stop() {
			if (!hasEnded()) {
				const ended = once(child, "exit");
				child.kill("SIGTERM");
				await ended;
			}
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** What Debian's nginx.conf has around the sites. */
function around(folder: string): string {
	const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
		(name) => `${name}_temp_path ${folder}/${name};`,
	);
	return `${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
worker_rlimit_nofile 8192;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
	log_format cached '$uri $status $request_time $upstream_cache_status';
	access_log ${folder}/access.log cached;
	${temporary.join("\n\t")}
	include site.conf;
}
`;
}

async function answers(port: number, certificate: string): Promise<boolean> {
	const { code } = await run("curl", [
		...["-s", "--cacert", certificate],
		`https://localhost:${port}/`,
	]);
	return code === 0;
}
