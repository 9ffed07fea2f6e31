import { CheckError } from "./check.ts";
import type { ConfigFile } from "./schema.ts";

type File = Pick<ConfigFile, "source" | "profiles" | "http" | "rtsp">;

function fail(path: string, message: string): never {
	throw new CheckError(`${path}: ${message}`);
}

/** The camera that a profile's chain reads; undefined where there is none. */
function chainCamera(
	file: File,
	chain: NonNullable<ConfigFile["profiles"][number]["chain"]>,
): string | undefined {
	return chain.camera ?? file.source.v4l2?.device;
}

/** How engine, chain and devices go together. */
export function checkChains(file: File): void {
	for (const [index, { engine, chain }] of file.profiles.entries()) {
		const path = `profiles[${index}].chain`;
		if (engine === "gstreamer" && chain)
			fail(path, "is for engine: v4l2-chain, got engine: gstreamer");
		if (engine !== "v4l2-chain") continue;
		if (!chain)
			fail(path, "must name a loopback device for engine: v4l2-chain");
		const camera = chainCamera(file, chain);
		if (camera === undefined)
			fail(`${path}.camera`, "must name a camera: source has no v4l2");
		if (camera === chain.loopback)
			fail(`${path}.loopback`, `must differ from the camera, got ${camera}`);
	}
}

/** A loopback device carries one stream, whosever it is. */
export function checkLoopbacks(
	cameras: readonly { readonly prefix: string; readonly file: File }[],
): void {
	const seen = new Map<string, string>();
	for (const { prefix, file } of cameras)
		for (const [index, { chain }] of file.profiles.entries()) {
			if (!chain) continue;
			const profile = `${prefix}profiles[${index}]`;
			const first = seen.get(chain.loopback);
			if (first !== undefined)
				fail(
					`${profile}.chain.loopback`,
					`must differ from that of ${first}, got ${JSON.stringify(chain.loopback)}`,
				);
			seen.set(chain.loopback, profile);
		}
}

/** The ports at which clients are sent to v4l2rtspserver itself. */
export function checkDirectPorts(file: File): void {
	const seen = new Map<number, string>([
		[file.http.port, "http.port"],
		[file.rtsp.port, "rtsp.port"],
	]);
	for (const [index, { chain }] of file.profiles.entries()) {
		if (!chain?.direct) continue;
		const path = `profiles[${index}].chain.port`;
		const first = seen.get(chain.port);
		if (first !== undefined)
			fail(path, `must differ from ${first}, got ${chain.port}`);
		seen.set(chain.port, path);
	}
}

/** Profiles that read a camera which a chain takes for itself. */
export function adviceOnChains(file: File): string[] {
	return file.profiles.flatMap(({ token, chain }, index) => {
		if (!chain) return [];
		const camera = chainCamera(file, chain);
		const others = file.profiles
			.filter((_, other) => other !== index)
			.filter(
				(other) =>
					camera ===
					(other.chain
						? chainCamera(file, other.chain)
						: file.source.v4l2?.device),
			);
		return others.length > 0
			? [
					`profiles[${index}].chain: v4l2compress takes ${camera} for itself: while ${token} is watched, ${others.map((other) => other.token).join(", ")} cannot be`,
				]
			: [];
	});
}
