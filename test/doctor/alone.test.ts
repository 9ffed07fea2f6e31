import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
	byName,
	findings,
	runProgram,
	type Settings,
	settings,
	Workshop,
	wrong,
} from "./doctor-program.ts";

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
			for (const [key, host] of [
				["http", { host: "127.0.0.1" }],
				["rtsp", { host: "127.0.0.1" }],
				["https", {}],
			] as const) {
				const { found } = await findings(
					workshop.write({ ...config, [key]: { port, ...host } }),
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
