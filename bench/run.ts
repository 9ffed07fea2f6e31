import { cpus } from "node:os";
import {
	readmeSection,
	writeReadmeSection,
} from "../scripts/readme-section.ts";
import { type RunningService, startService } from "../test/helpers/service.ts";
import { latencyBench } from "./latency.ts";
import { loadsBench } from "./loads.ts";
import { soapBench } from "./soap.ts";
import { memoryBench, startBench } from "./start.ts";
import { keyFrameBench, viewersBench } from "./viewers.ts";

// run.ts [NAME ...] [--readme]: all measurements, or those; --readme writes their tables into README.md.

interface Bench {
	readonly title: string;
	readonly head: readonly string[];
	run(): Promise<string[][]>;
}

const benches: Readonly<Record<string, Bench>> = {
	start: {
		title: "Start to listening, ms",
		head: ["least", "median", "most"],
		run: startBench,
	},
	memory: {
		title: "Memory, MB",
		head: ["", "service RSS", "service anonymous", "all RSS", "all anonymous"],
		run: memoryBench,
	},
	soap: {
		title: "SOAP, CPU microseconds a request",
		head: ["operation", "onvifd", "soap package", "ratio", "soap's RSS, MB"],
		run: () => withService(soapBench),
	},
	"key-frame": {
		title: "Connect to first key frame, ms",
		head: ["", "least", "median", "most"],
		run: () => withService(keyFrameBench),
	},
	viewers: {
		title:
			"RTSP viewers over TCP of one 720p H.264 profile: CPU, points of one core",
		head: ["viewers", "service", "encoder", "frames in 10 s, fewest"],
		run: () => withService(viewersBench),
	},
	loads: {
		title:
			"Many viewers at once: CPU of the service, points of one core, and the frames that each had",
		head: ["viewers", "encoders", "CPU", "frames", "lost or fetched"],
		run: loadsBench,
	},
	latency: {
		title: "Picture to decoded picture, ms: 720p H.264, a picture every 67",
		head: ["", "least", "median", "90 %", "most"],
		run: latencyBench,
	},
};

async function withService(
	bench: (service: RunningService) => Promise<string[][]>,
): Promise<string[][]> {
	const service = await startService({ asInstalled: true });
	try {
		return await bench(service);
	} finally {
		await service.remove();
	}
}

function tableOf({ head }: Bench, rows: readonly string[][]): string {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [line(head), line(head.map(() => "---")), ...rows.map(line)].join(
		"\n",
	);
}

/** README's table below a title, as it was measured before. */
function tableBefore({ title }: Bench): string | undefined {
	const parts = readmeSection("bench").split("\n\n");
	const at = parts.indexOf(title);
	return at < 0 ? undefined : parts[at + 1];
}

const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
for (const name of wanted)
	if (!Object.hasOwn(benches, name))
		throw new Error(`no bench ${name}; there are: ${Object.keys(benches)}`);
const report = [
	`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? process.arch}; by \`npm run bench\``,
];
process.stdout.write(`${report[0]}\n`);
for (const [name, bench] of Object.entries(benches)) {
	const isWanted = wanted.length === 0 || wanted.includes(name);
	const table = isWanted
		? tableOf(bench, await bench.run())
		: tableBefore(bench);
	if (table === undefined) continue;
	report.push(bench.title, table);
	if (isWanted) process.stdout.write(`\n${bench.title}\n\n${table}\n`);
}
if (process.argv.includes("--readme"))
	writeReadmeSection("bench", report.join("\n\n"));
