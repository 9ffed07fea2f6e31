import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createClientAsync } from "soap";
import { cpuMicroseconds } from "../test/helpers/processor.ts";
import { administrator, type RunningService } from "../test/helpers/service.ts";
import { memoryOf } from "./helpers/processes.ts";
import { envelope, load, type Target } from "./helpers/soap-client.ts";

const wsdlOf = {
	device: resolve("wsdl/device.wsdl"),
	media: resolve("wsdl/media.wsdl"),
};
/** Until the compilers of both have done their work. */
const warmUp = 4000;
const requests = 8000;
const rounds = 3;

const operations = [
	{
		name: "GetSystemDateAndTime",
		service: "device",
		body: '<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>',
	},
	{
		name: "GetProfiles",
		service: "media",
		body: '<GetProfiles xmlns="http://www.onvif.org/ver10/media/wsdl"/>',
	},
] as const;

async function startPeer(
	service: "device" | "media",
	answer: string,
): Promise<{ child: ChildProcess; port: number }> {
	const child = spawn(
		process.execPath,
		["--import", "tsx", "bench/soap-peer.ts", wsdlOf[service], answer],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	const [text] = await once(child.stdout.setEncoding("utf8"), "data");
	return { child, port: Number(/port (\d+)/.exec(String(text))?.[1]) };
}

async function perRequest(
	pid: number,
	target: Target,
	message: () => string,
): Promise<number> {
	const before = cpuMicroseconds(pid);
	await load(target, message, requests);
	return (cpuMicroseconds(pid) - before) / requests;
}

const median = (values: number[]) =>
	values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** CPU microseconds a request, ours beside the `soap` package's server, in turns within one run; each round's middle. */
export async function soapBench(service: RunningService): Promise<string[][]> {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-bench-"));
	const rows: string[][] = [];
	try {
		for (const operation of operations) {
			const ours: Target = {
				port: service.http,
				path: `/onvif/${operation.service}_service`,
			};
			const client = await createClientAsync(
				wsdlOf[operation.service],
				{},
				`${service.url}${ours.path}`,
			);
			const signed = () => envelope(operation.body, administrator);
			const answer = await load(ours, signed, warmUp);
			const [typed] = (await client.wsdl.xmlToObject(answer)?.Body)
				? [client.wsdl.xmlToObject(answer).Body[`${operation.name}Response`]]
				: [];
			const file = join(folder, `${operation.name}.json`);
			writeFileSync(file, JSON.stringify({ [operation.name]: typed }));
			const peer = await startPeer(operation.service, file);
			const theirs: Target = {
				port: peer.port,
				path: "/onvif",
				soapAction: operation.name,
			};
			try {
				await load(theirs, signed, warmUp);
				const figures: { ours: number; theirs: number }[] = [];
				for (let round = 0; round < rounds; round++)
					figures.push({
						ours: await perRequest(service.pid, ours, signed),
						theirs: await perRequest(peer.child.pid ?? 0, theirs, signed),
					});
				const [own, other] = [
					median(figures.map((f) => f.ours)),
					median(figures.map((f) => f.theirs)),
				];
				rows.push([
					operation.name,
					own.toFixed(0),
					other.toFixed(0),
					`${(other / own).toFixed(1)} x`,
					memoryOf(peer.child.pid ?? 0).rss.toFixed(0),
				]);
			} finally {
				peer.child.kill();
				await once(peer.child, "exit");
			}
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	return rows;
}
