import { cpus } from "node:os";
import { writeReadmeSection } from "../scripts/readme-section.ts";
import { startService } from "../test/helpers/service.ts";
import { latencyBench } from "./latency.ts";
import { loadsBench } from "./loads.ts";
import { soapBench } from "./soap.ts";
import { memoryBench, startBench } from "./start.ts";
import { keyFrameBench, viewersBench } from "./viewers.ts";

const report: string[] = [];

function say(text: string): void {
	report.push(text);
	process.stdout.write(`${text}\n`);
}

function table(title: string, head: string[], rows: string[][]): void {
	const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
	say(
		`\n${title}\n\n${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}`,
	);
}

say(
	`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? process.arch}; by \`npm run bench\``,
);
table(
	"Start to listening, ms",
	["least", "median", "most"],
	await startBench(),
);
table(
	"Memory, MB",
	["", "service RSS", "service anonymous", "all RSS", "all anonymous"],
	await memoryBench(),
);
const service = await startService({ asInstalled: true });
try {
	table(
		"SOAP, CPU microseconds a request",
		["operation", "onvifd", "soap package", "ratio", "soap's RSS, MB"],
		await soapBench(service),
	);
	table(
		"Connect to first key frame, ms",
		["", "least", "median", "most"],
		await keyFrameBench(service),
	);
	table(
		"RTSP viewers over TCP of one 720p H.264 profile: CPU, points of one core",
		["viewers", "service", "encoder", "frames in 10 s, fewest"],
		await viewersBench(service),
	);
} finally {
	await service.remove();
}
table(
	"Many viewers at once: CPU of the service, points of one core, and the frames that each had",
	["viewers", "encoders", "CPU", "frames", "lost or fetched"],
	await loadsBench(),
);
table(
	"Picture to decoded picture, ms: 720p H.264, a picture every 67",
	["", "least", "median", "90 %", "most"],
	await latencyBench(),
);
if (process.argv.includes("--readme"))
	writeReadmeSection("bench", report.join("\n"));
