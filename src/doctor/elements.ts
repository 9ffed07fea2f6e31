import { audioReadiness } from "../media/audio/readiness.ts";
import { readiness } from "../media/gstreamer/readiness.ts";
import { talkReadiness } from "../media/talk/readiness.ts";
import { type Health, Trouble } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { noDevice, planOf } from "./plan.ts";

/** The GStreamer elements that the configured source and profiles are made of. */
export async function checkElements({ config }: Patient): Promise<Health> {
	const plan = planOf(config);
	const found = await Promise.all([
		readiness(plan, noDevice).then((pictures) => pictures.troubles),
		audioReadiness(plan.audio),
		talkReadiness(config.talk),
	]);
	const troubles = [...new Set(found.flat())];
	if (troubles.length === 0)
		return "GStreamer has every element that the configuration needs";
	const packages = troubles.flatMap(
		(line) => /: apt-get install (\S+)$/.exec(line)?.[1] ?? [],
	);
	throw new Trouble(
		troubles
			.map((line) => line.replace(/: apt-get install \S+$/, ""))
			.join("; "),
		packages.length > 0
			? `apt-get install ${[...new Set(packages)].join(" ")}`
			: "install GStreamer 1.22 or newer with its base, good, bad and ugly plug-ins",
	);
}
