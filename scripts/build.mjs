// Bundles the service into dist/: one file to start, further ones loaded when they are needed.
import {
	chmod,
	cp,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rename,
	rm,
	writeFile,
} from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { licences } from "./licences.mjs";

// A small heap from the start: a camera board has 128 MB for everything. src/system/small-heap.ts does what it can without.
const flags =
	"--max-semi-space-size=1 --max-old-space-size=48 --v8-pool-size=1 --single-threaded-gc";
const shebang = `#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node ${flags}`;

const { version } = JSON.parse(await readFile("package.json", "utf8"));

/** What Fastify would load for JSON schemas, its log and its own tests, none of which we use: half a megabyte less to look through at every start. */
const unused = [
	"@fastify/ajv-compiler",
	"@fastify/fast-json-stringify-compiler",
	"light-my-request",
	"pino",
];

// Beside dist, which `npm pack` may be reading.
const staging = await mkdtemp(".building-");
try {
	const { metafile } = await build({
		metafile: true,
		entryPoints: { onvifd: "src/cli.ts" },
		outdir: staging,
		bundle: true,
		splitting: true,
		chunkNames: "chunks/[name]-[hash]",
		format: "esm",
		platform: "node",
		target: "node20.19",
		// Names stay, so that a stack trace in a log can be read.
		minifyWhitespace: true,
		minifySyntax: true,
		// LICENSES.txt has them whole.
		legalComments: "none",
		external: unused,
		define: { ONVIFD_VERSION: JSON.stringify(version) },
		banner: {
			js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
		},
		logLevel: "warning",
	});
	const page = await buildPage(path.join(staging, "public"));
	await prependShebang(path.join(staging, "onvifd.js"));
	await writeFile(
		path.join(staging, "LICENSES.txt"),
		await licences([
			...Object.keys(metafile.inputs),
			...Object.keys(page.inputs),
		]),
	);
	await cp("src/config/default.yaml", path.join(staging, "default.yaml"));
	await cp("wsdl", path.join(staging, "wsdl"), { recursive: true });
	await mkdir("dist", { recursive: true });
	await publish(staging, "dist");
} finally {
	await rm(staging, { recursive: true, force: true });
}

/** The page: what a browser loads, in as few files as make sense. Names of parts change with their content. */
async function buildPage(outdir) {
	const folder = "src/web/page";
	const { metafile } = await build({
		metafile: true,
		entryPoints: [`${folder}/main.ts`, `${folder}/style.css`],
		outdir,
		bundle: true,
		splitting: true,
		chunkNames: "[name]-[hash]",
		format: "esm",
		target: ["chrome109", "firefox115", "safari16"],
		minify: true,
		legalComments: "none",
		tsconfig: `${folder}/tsconfig.json`,
		logLevel: "warning",
	});
	await cp(`${folder}/index.html`, path.join(outdir, "index.html"));
	return metafile;
}

async function prependShebang(file) {
	await writeFile(file, `${shebang}\n${await readFile(file, "utf8")}`);
	await chmod(file, 0o755);
}

/** File by file, the one that names the others last: a service that runs from here, or starts just now, finds all it needs. */
async function publish(from, to) {
	const built = await files(from);
	const stale = new Set(await files(to));
	built.sort((a, b) => Number(a === "onvifd.js") - Number(b === "onvifd.js"));
	for (const file of built) {
		await mkdir(path.dirname(path.join(to, file)), { recursive: true });
		await rename(path.join(from, file), path.join(to, file));
		stale.delete(file);
	}
	for (const file of stale) await rm(path.join(to, file), { force: true });
}

/** Names of the files below. */
async function files(folder) {
	const found = [];
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		if (!entry.isDirectory()) found.push(entry.name);
		else
			for (const below of await files(path.join(folder, entry.name)))
				found.push(path.join(entry.name, below));
	}
	return found;
}
