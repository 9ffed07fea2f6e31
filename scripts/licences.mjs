// The bundle holds other people's packages; their licences ask that the notice goes with every copy.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/**
 * Name, version and licence text of every package that went into a bundle, by name.
 * @param {string[]} inputs files of esbuild's metafile, relative to the project
 */
export async function licences(inputs) {
	const folders = new Set();
	for (const input of inputs) {
		const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
		if (folder) folders.add(folder[0]);
	}
	const texts = await Promise.all([...folders].sort().map(licence));
	return texts.join(`\n${"-".repeat(80)}\n\n`);
}

async function licence(folder) {
	const { name, version, license } = JSON.parse(
		await readFile(path.join(folder, "package.json"), "utf8"),
	);
	const files = (await readdir(folder)).filter((file) =>
		/^(licen[cs]e|copying|notice)/i.test(file),
	);
	const texts = await Promise.all(
		files.sort().map((file) => readFile(path.join(folder, file), "utf8")),
	);
	const title = `${name} ${version}: ${license.type ?? license}`;
	return `${[title, ...texts.map((text) => text.trim())].join("\n\n")}\n`;
}
