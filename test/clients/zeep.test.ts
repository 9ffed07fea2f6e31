import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";

const program = resolve(import.meta.dirname, "zeep-client.py");
const official = resolve(import.meta.dirname, "../../../shared/onvif/schemas");

/** What the camera told the SOAP library of Home Assistant and Frigate, by these WSDL files or its own. */
function ask(service: RunningService, schemas: string | null) {
	const { name: user, password } = administrator;
	const question = { url: service.url, user, password, schemas };
	return new Promise<Record<string, unknown>>((settle, fail) => {
		const child = spawn("/usr/bin/python3", [program]);
		const stdout: Buffer[] = [];
		const stderr: Buffer[] = [];
		child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
		child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
		child.on("error", fail);
		child.on("close", (code) => {
			if (code === 0) settle(JSON.parse(Buffer.concat(stdout).toString()));
			else fail(new Error(Buffer.concat(stderr).toString()));
		});
		child.stdin.end(JSON.stringify(question));
	});
}

describe("zeep", () => {
	let service: RunningService;
	before(async () => {
		service = await startService();
	});
	after(() => service.remove());

	for (const [which, schemas] of [
		["the camera's own WSDL", null],
		["ONVIF's WSDL", official],
	] as const)
		test(`finds by ${which} all that Home Assistant and Frigate look for`, {
			skip:
				schemas !== null &&
				!existsSync(schemas) &&
				"ONVIF's WSDL is not at hand",
		}, async () => {
			const from = Date.now();
			const told = await ask(service, schemas);
			const { hardware, clock, information, profiles, ...others } = told;
			const media = `${service.url}/onvif/media_service`;
			assert.deepEqual(others, {
				services: {
					"http://www.onvif.org/ver10/device/wsdl": `${service.url}/onvif/device_service`,
					"http://www.onvif.org/ver10/media/wsdl": media,
				},
				media,
				// It looks for their addresses, and does without.
				without: ["Events", "Imaging", "PTZ", "Analytics"],
				snapshots: true,
				sources: [["video", 1280, 720]],
				// Its form says that the login is wrong where it reads "auth".
				stranger: {
					message: "Sender not Authorized",
					subcodes: ["{http://www.onvif.org/ver10/error}NotAuthorized"],
				},
				unknown: {
					message: "Argument Value Invalid: there is no profile none",
					subcodes: [
						"{http://www.onvif.org/ver10/error}InvalidArgVal",
						"{http://www.onvif.org/ver10/error}NoProfile",
					],
				},
			});
			assert.ok(Array.isArray(hardware) && Array.isArray(clock));
			// By the first Home Assistant knows the camera again, by the serial number where there is none.
			for (const address of hardware)
				assert.match(address, /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i);
			const [year, month, day, ...time] = clock[1];
			const at = Date.UTC(year, month - 1, day, ...time);
			assert.ok(at > from - 2000 && at <= Date.now(), `${clock[1]}`);
			assert.deepEqual(
				Object.entries(Object(information)).filter(([, value]) => !value),
				[],
			);
			assert.ok(Array.isArray(profiles));
			assert.deepEqual(
				profiles.map(({ snapshot, ...profile }) => {
					assert.deepEqual(snapshot.slice(0, 2), [200, "image/jpeg"]);
					assert.ok(snapshot[2] > 1000, `${snapshot[2]} octets`);
					return profile;
				}),
				[
					["main", "H264", [1280, 720]],
					["sub", "H264", [640, 360]],
					["jpeg", "JPEG", [640, 360]],
				].map(([token, encoding, size]) => ({
					...{ token, name: token, encoding, size },
					...{ source: "video", ptz: null },
					stream: `rtsp://127.0.0.1:${service.rtsp}/${token}`,
				})),
			);
		});
});
