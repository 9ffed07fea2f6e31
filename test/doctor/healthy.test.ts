import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import {
	byName,
	findings,
	runProgram,
	type Settings,
	settings,
	Workshop,
	wrong,
} from "./doctor-program.ts";

const everyCheck = [
	"configuration",
	"programs",
	"clock",
	"addresses",
	"multicast",
	"discovery ports",
	"state folder",
	"users file",
	"port http",
	"port rtsp",
	"elements",
	"encoder main",
	"encoder jpeg",
	"service",
	"service time",
	"services",
	"discovery",
	"mdns",
	"login and profiles",
	"profile main",
	"profile jpeg",
];

describe("onvifd doctor beside a healthy camera", () => {
	const workshop = new Workshop();
	let config: Settings;
	let service: RunningService;
	let file: string;
	before(async () => {
		config = {
			...(await settings()),
			discovery: { mdns: true, interfaces: ["lo"] },
		};
		service = await startService({ config });
		file = join(service.stateDir, "config.yaml");
	});
	after(async () => {
		await service.remove();
		workshop.remove();
	});

	test("all is green", async () => {
		const { code, found } = await findings(file);
		assert.deepEqual(wrong(found), [], JSON.stringify(found, undefined, 1));
		assert.equal(code, 0);
		assert.deepEqual(
			found.map(({ name }) => name),
			everyCheck,
		);
		assert.equal(
			byName(found, "encoder main").detail,
			"5 frames of H264 640x360 by x264enc",
		);
		assert.match(byName(found, "profile main").detail, /^10 frames of H264/);
		assert.match(byName(found, "profile jpeg").detail, /^10 frames of JPEG/);
		assert.match(byName(found, "port rtsp").detail, /^the running service/);
		assert.match(
			byName(found, "discovery").detail,
			new RegExp(`^found at http://127.0.0.1:${service.http}/`),
		);
		assert.match(
			byName(found, "mdns").detail,
			new RegExp(
				`^"onvifd camera.*" is found as onvifd-[0-9a-f]{12}\\.local, RTSP port ${service.rtsp}, HTTP port ${service.http}$`,
			),
		);
	});

	test("for people it is a line a check, and no password", async () => {
		const { code, stdout, stderr } = await runProgram([
			"doctor",
			"--config",
			file,
		]);
		assert.equal(code, 0, stdout);
		assert.equal(stderr, "");
		assert.equal(stdout.match(/^ok /gm)?.length, everyCheck.length);
		assert.match(stdout, /\nAll is well\.\n$/);
		assert.ok(!stdout.includes(administrator.password));
	});

	test("an element is missing", async () => {
		const { code, found } = await findings(
			file,
			workshop.withoutPlugins("libgstshm.so"),
		);
		assert.equal(code, 1);
		assert.deepEqual(wrong(found), [
			"elements",
			"encoder main",
			"encoder jpeg",
		]);
		const { detail, remedy } = byName(found, "elements");
		assert.match(detail, /the GStreamer element shmsink is missing/);
		assert.equal(remedy, "apt-get install gstreamer1.0-plugins-bad");
	});

	test("the configuration has another password than the running service", async () => {
		const users = [{ ...administrator, password: "swordfish 99" }];
		const { stateDir } = service;
		const { code, found } = await findings(
			workshop.write({ ...config, stateDir, users }),
		);
		assert.equal(code, 1);
		assert.deepEqual(wrong(found), ["login and profiles"]);
		const { detail, remedy } = byName(found, "login and profiles");
		assert.match(detail, /refuses admin/);
		assert.match(remedy ?? "", /^start it anew.*onvifd run --config /);
	});

	test("the configuration has a profile that the running service has not", async () => {
		const profiles = [
			{ token: "new", encoding: "H264", width: 320, height: 240 },
		];
		const { stateDir } = service;
		const { found } = await findings(
			workshop.write({ ...config, stateDir, profiles }),
		);
		assert.deepEqual(wrong(found), ["login and profiles"]);
		assert.match(byName(found, "login and profiles").detail, /profile new/);
	});

	test("another camera is at the port", async () => {
		const stateDir = workshop.stateOf("12345678-1234-8234-9234-123456789abc");
		const { found } = await findings(workshop.write({ ...config, stateDir }));
		assert.deepEqual(wrong(found), ["port http", "port rtsp", "service"]);
		assert.match(
			byName(found, "service").detail,
			/is another camera's: urn:uuid:.* this one is urn:uuid:12345678-/,
		);
		assert.match(
			byName(found, "port http").detail,
			new RegExp(`is held by .* \\(pid ${service.pid}\\)$`),
		);
	});
});
