import assert from "node:assert/strict";
import { existsSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { until } from "../../helpers/media.ts";
import { badManners, chained, chainUnderTest } from "./chain-under-test.ts";

describe("a v4l2 chain that ended is started anew", () => {
	const { devices, said, servers, compressors, start } = chainUnderTest();

	test(
		"a v4l2compress of after 0.2.0 gets its -vv at once",
		badManners,
		async (t) => {
			const { stream, watcher } = start(t);
			devices.modes("head");
			stream.attach(watcher);
			await watcher.more(2);
			assert.deepEqual(
				compressors()
					.slice(0, 2)
					.map(({ compress }) => compress?.[0]),
				["-fH264", "-vv"],
			);
			assert.equal(said[0], "this v4l2compress opens devices only with -vv");
		},
	);

	test("the server is started anew with its producer", async (t) => {
		const { stream, watcher } = start(t);
		stream.attach(watcher);
		await watcher.more(2);
		const before = chained().map(({ pid }) => pid);
		const compress = chained().find(({ commandLine }) =>
			/v4l2compress/.test(commandLine),
		);
		assert.ok(compress);
		process.kill(compress.pid, "SIGKILL");
		await until(
			() => chained().every(({ pid }) => !before.includes(pid)),
			"both are gone",
		);
		await watcher.more(4);
		assert.equal(chained().length, 2);
	});

	test(
		"a server that answers and sends nothing is found out by its packets",
		badManners,
		async (t) => {
			const { stream, watcher } = start(t);
			stream.attach(watcher);
			await watcher.more(2);
			const loopback = JSON.parse(readFileSync(devices.loopback, "utf8"));
			const next = { ...loopback, generation: loopback.generation + 1 };
			writeFileSync(devices.loopback, JSON.stringify(next));
			await until(() => servers().length > 1, "another server");
			await watcher.more(2);
			assert.match(said.join(), /v4l2rtspserver sent nothing for 4 s/);
		},
	);

	test(
		"a v4l2compress that spins without a camera is ended, and the camera's return noticed",
		badManners,
		async (t) => {
			const { stream, watcher } = start(t);
			stream.attach(watcher);
			await watcher.more(2);
			unlinkSync(devices.camera);
			await until(() => chained().length === 0, "both are gone");
			await until(
				() => /video0 is not there/.test(said.join()),
				"the reason is told",
			);
			assert.ok(!existsSync(devices.camera), "no file is made of it");
			await assert.rejects(stream.describe(), /video0 is not there/);
			devices.plugIn();
			await watcher.more(2);
		},
	);

	test("other settings are another run, and the old one is gone first", async (t) => {
		const { engine, stream, watcher, plan } = start(t);
		stream.attach(watcher);
		await watcher.more(2);
		const [streamPlan] = plan.streams;
		const encoder = { ...streamPlan.encoder, quality: 50 };
		engine.apply({ ...plan, streams: [{ ...streamPlan, encoder }] });
		await until(
			() => chained().some(({ commandLine }) => / -F32 /.test(commandLine)),
			"another v4l2compress",
		);
		await watcher.more(2);
		assert.doesNotMatch(said.join(), /cannot run|in use/);
	});
});
