// Bundles the service into dist/: one file to start, further ones loaded when they are needed.
import { chmod, cp, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

// A small heap from the start: a camera board has 128 MB for everything.
const flags =
	"--max-semi-space-size=1 --max-old-space-size=48 --v8-pool-size=1 --single-threaded-gc";
const shebang = `#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node ${flags}`;

const { version } = JSON.parse(await readFile("package.json", "utf8"));

await rm("dist", { recursive: true, force: true });
await build({
	entryPoints: { onvifd: "src/cli.ts" },
	outdir: "dist",
	bundle: true,
	splitting: true,
	chunkNames: "chunks/[name]-[hash]",
	format: "esm",
	platform: "node",
	target: "node20.19",
	// Names stay, so that a stack trace in a log can be read.
	minifyWhitespace: true,
	minifySyntax: true,
	legalComments: "linked",
	define: { ONVIFD_VERSION: JSON.stringify(version) },
	banner: {
		js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
	},
	logLevel: "warning",
});
await cp("src/config/default.yaml", "dist/default.yaml");
await cp("wsdl", "dist/wsdl", { recursive: true });
await prependShebang();

async function prependShebang() {
	const code = await readFile("dist/onvifd.js", "utf8");
	await writeFile("dist/onvifd.js", `${shebang}\n${code}`);
	await chmod("dist/onvifd.js", 0o755);
}
