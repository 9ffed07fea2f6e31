import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Health, Trouble } from "./finding.ts";
import type { Patient } from "./patient.ts";

const needed = {
	"gst-launch-1.0": "gstreamer1.0-tools",
	"gst-inspect-1.0": "gstreamer1.0-tools",
	setpriv: "util-linux",
} as const;
const forCameras = { "v4l2-ctl": "v4l-utils" } as const;

/** The programs that the service starts, and the packages of those that are missing. */
export function checkPrograms({ config, path }: Patient): Health {
	const wanted: Readonly<Record<string, string>> =
		config.source.kind === "v4l2" ||
		config.profiles.some(({ engine }) => engine === "v4l2-chain")
			? { ...needed, ...forCameras }
			: needed;
	const missing = Object.entries(wanted).filter(
		([program]) => !isOnPath(program, path),
	);
	if (missing.length > 0)
		throw new Trouble(
			`not on the PATH: ${missing.map(([program]) => program).join(", ")}`,
			`apt-get install ${[...new Set(missing.map(([, owner]) => owner))].join(" ")}`,
		);
	return Object.keys(wanted).join(", ");
}

const builds = {
	v4l2compress:
		"apt-get install git g++ cmake make pkg-config libx264-dev libjpeg-dev && git clone --recurse-submodules https://github.com/mpromonet/v4l2tools && make -C v4l2tools install",
	v4l2rtspserver:
		"apt-get install git g++ cmake make pkg-config wget xz-utils && git clone https://github.com/mpromonet/v4l2rtspserver && cd v4l2rtspserver && cmake . && make install",
} as const;

/** The programs of a v4l2 chain, which Debian does not have, and how they are built. */
export function checkChainPrograms(path: string): Health {
	const missing = Object.entries(builds).filter(
		([program]) => !isOnPath(program, path),
	);
	if (missing.length > 0)
		throw new Trouble(
			`not on the PATH: ${missing.map(([program]) => program).join(", ")}`,
			missing.map(([, build]) => build).join("; "),
		);
	return Object.keys(builds).join(", ");
}

function isOnPath(program: string, path: string): boolean {
	return path.split(delimiter).some((folder) => {
		try {
			accessSync(join(folder, program), constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}
