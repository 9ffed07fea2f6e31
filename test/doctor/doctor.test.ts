import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
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
	"elements",
	"encoder main",
	"encoder jpeg",
	"port http",
	"port rtsp",
	"clock",
	"addresses",
	"multicast",
	"state folder",
	"users file",
	"service",
	"service time",
	"services",
	"discovery",
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
		config = await settings();
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

describe("onvifd doctor beside a service that is not well", () => {
	const workshop = new Workshop();
	after(() => workshop.remove());

	test("its encoder cannot run", async () => {
		const config = await settings();
		const env = workshop.withoutPlugins("libgstx264.so", "libgstopenh264.so");
		const service = await startService({ config, env });
		try {
			const { code, found } = await findings(
				join(service.stateDir, "config.yaml"),
			);
			assert.equal(code, 1);
			assert.deepEqual(wrong(found), ["profile main"]);
			assert.match(
				byName(found, "profile main").detail,
				/gives no picture: 503: it has no picture at present/,
			);
		} finally {
			await service.remove();
		}
	});

	for (const [what, discovery, expected] of [
		["is off", { wsDiscovery: false }, /WS-Discovery is off/],
		["hides", { mode: "NonDiscoverable" }, /NonDiscoverable/],
	] as const)
		test(`its discovery ${what}`, async () => {
			const config = await settings();
			const service = await startService({
				config: {
					...config,
					discovery: { mdns: false, interfaces: ["lo"], ...discovery },
				},
			});
			try {
				const { code, found } = await findings(
					join(service.stateDir, "config.yaml"),
				);
				assert.equal(code, 1);
				assert.deepEqual(wrong(found), ["discovery"]);
				assert.match(byName(found, "discovery").detail, expected);
				const { stateDir } = service;
				const meanwhile = await findings(
					workshop.write({ ...config, stateDir }),
				);
				assert.deepEqual(wrong(meanwhile.found), ["discovery"]);
			} finally {
				await service.remove();
			}
		});
});

describe("onvifd doctor without a service", () => {
	const workshop = new Workshop();
	let config: Settings;
	before(async () => {
		config = await settings();
	});
	after(() => workshop.remove());

	test("says how to start it, and looks at all else", async () => {
		const file = workshop.write(config);
		const { code, found } = await findings(file);
		assert.equal(code, 1);
		assert.deepEqual(wrong(found), ["service"]);
		const { detail, remedy } = byName(found, "service");
		assert.match(detail, /^nothing answers at http:\/\/127\.0\.0\.1:\d+$/);
		assert.equal(remedy, `start it: onvifd run --config ${file}`);
		assert.match(byName(found, "port http").detail, /is free$/);
	});

	test("the encoder that its owner wants cannot be had", async () => {
		const profiles = [
			{
				token: "main",
				encoding: "H264",
				width: 320,
				height: 240,
				encoder: "cedar_h264enc",
			},
		];
		const { found } = await findings(workshop.write({ ...config, profiles }));
		assert.deepEqual(wrong(found), ["encoder main", "service"]);
		assert.match(
			byName(found, "encoder main").detail,
			/^x264enc is taken instead of cedar_h264enc: .*cedar_h264enc is missing/,
		);
	});

	test("the camera is not there", async () => {
		const source = { v4l2: { device: "/dev/video-of-nobody" } };
		const { found } = await findings(workshop.write({ ...config, source }));
		assert.deepEqual(wrong(found), ["video device", "service"]);
		const { detail, remedy } = byName(found, "video device");
		assert.match(detail, /^\/dev\/video-of-nobody is not there/);
		assert.match(remedy ?? "", /plug the camera in/);
	});

	test("the camera is none", async () => {
		const source = { v4l2: { device: "/dev/null" } };
		const { found } = await findings(workshop.write({ ...config, source }));
		assert.deepEqual(wrong(found), ["video device", "service"]);
		const { detail, remedy } = byName(found, "video device");
		assert.match(detail, /^\/dev\/null is no video device/);
		assert.match(remedy ?? "", /source\.v4l2\.device/);
	});

	test("another program holds the ports, and never says a word", async () => {
		const held = createServer().listen(0, "127.0.0.1");
		await new Promise((listening) => held.once("listening", listening));
		const address = held.address();
		assert.ok(address !== null && typeof address === "object");
		const { port } = address;
		try {
			for (const key of ["http", "rtsp"] as const) {
				const { found } = await findings(
					workshop.write({ ...config, [key]: { port, host: "127.0.0.1" } }),
				);
				assert.deepEqual(wrong(found), [`port ${key}`, "service"]);
				const { detail, remedy } = byName(found, `port ${key}`);
				assert.match(
					detail,
					new RegExp(
						`^TCP port ${port} is held by .* \\(pid ${process.pid}\\)$`,
					),
				);
				assert.match(
					remedy ?? "",
					new RegExp(`^kill ${process.pid}, or set ${key}\\.port`),
				);
			}
		} finally {
			held.close();
		}
	});

	test("the state folder cannot be made", async () => {
		const file = workshop.write({ ...config, stateDir: "/proc/onvifd" });
		const { found } = await findings(file);
		assert.deepEqual(wrong(found), ["state folder", "service"]);
		assert.match(
			byName(found, "state folder").detail,
			/^\/proc\/onvifd cannot be made/,
		);
	});

	test("others can read the users' passwords", async () => {
		const stateDir = workshop.folder;
		const users = join(stateDir, "users.json");
		writeFileSync(users, JSON.stringify({ version: 1, users: [] }));
		chmodSync(users, 0o644);
		const { found } = await findings(workshop.write({ ...config, stateDir }));
		assert.deepEqual(wrong(found), ["users file", "service"]);
		assert.equal(byName(found, "users file").remedy, `chmod 600 ${users}`);
	});

	test("an interface is named that is not there", async () => {
		const discovery = { interfaces: ["nowhere0"] };
		const { found } = await findings(workshop.write({ ...config, discovery }));
		assert.deepEqual(wrong(found), ["addresses", "multicast", "service"]);
		assert.match(byName(found, "addresses").detail, /nowhere0/);
	});
});

test("a wrong configuration or usage has exit code 2 and one line", async () => {
	const workshop = new Workshop();
	try {
		for (const args of [
			["doctor", "--config", workshop.write({ cameraa: 1 })],
			["doctor", "more"],
			["run", "--json"],
		]) {
			const { code, stdout, stderr } = await runProgram(args);
			assert.deepEqual([code, stdout], [2, ""]);
			assert.match(stderr, /^onvifd: .*\n$/);
		}
	} finally {
		workshop.remove();
	}
});
