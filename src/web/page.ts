import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

export interface PageOptions {
	/** Where the build has put it. */
	readonly folder: string;
	/** For who is no browser. */
	readonly signpost: string;
}

const types: Readonly<Record<string, string>> = {
	".html": "text/html; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
};

/** All is its own: nothing from elsewhere, nothing written into the page, nobody's frame around it. */
const policy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data: blob:",
	"media-src 'self' blob:",
	"connect-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
].join("; ");

/**
 * Serves the page at `/` to browsers, and below `/page/` what it is made of. It is open to everybody: what it shows it
 * asks for after the login. Names of files change with their content, but for the page's own.
 */
export function servePage(
	server: FastifyInstance,
	{ folder, signpost }: PageOptions,
): void {
	server.get("/", async (request, reply) => {
		reply.header("vary", "accept");
		return isBrowser(request)
			? send(reply, "index.html")
			: reply.type("text/plain").send(signpost);
	});
	server.get<{ Params: { file: string } }>(
		"/page/:file",
		async (request, reply) => {
			const { file } = request.params;
			return (await readdir(folder)).includes(file)
				? send(reply, file)
				: reply.code(404).type("text/plain").send("there is no such file\n");
		},
	);

	async function send(reply: FastifyReply, file: string) {
		const lasting = /-[0-9A-Z]{8}\.\w+$/.test(file);
		return reply
			.type(types[extname(file)] ?? "application/octet-stream")
			.headers({
				"cache-control": lasting ? "max-age=31536000, immutable" : "no-cache",
				"content-security-policy": policy,
				"referrer-policy": "no-referrer",
				"x-content-type-options": "nosniff",
			})
			.send(await readFile(join(folder, file)));
	}
}

/** They ask for HTML when somebody types an address; curl and players take anything. */
function isBrowser({ headers }: FastifyRequest): boolean {
	return headers.accept?.includes("text/html") === true;
}
