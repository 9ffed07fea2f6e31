import { readdir, readFile } from "node:fs/promises";

/** `root` and every process below it, however deep. */
export async function processTree(
	root: number,
	proc = "/proc",
): Promise<ReadonlySet<number>> {
	const children = new Map<number, number[]>();
	for (const entry of await readdir(proc)) {
		if (!/^\d+$/.test(entry)) continue;
		// It may end while we look.
		const stat = await readFile(`${proc}/${entry}/stat`, "utf8").catch(
			() => "",
		);
		// proc(5): the name stands in brackets and may hold any character, state and parent follow.
		const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
		const siblings = children.get(parent) ?? [];
		siblings.push(Number(entry));
		children.set(parent, siblings);
	}
	const tree = new Set([root]);
	for (const pid of tree)
		for (const child of children.get(pid) ?? []) tree.add(child);
	return tree;
}
