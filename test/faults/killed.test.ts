import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { startService } from "../helpers/service.ts";
import { sharedMemoryOf } from "../helpers/shared-memory.ts";
import { FfmpegViewer } from "./ffmpeg-viewer.ts";

describe("a service that is killed", () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), "onvifd-test-"));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	/** A service whose picture somebody sees, and its children. */
	async function watched(env: Readonly<Record<string, string>> = {}) {
		const service = await startService({ env });
		const viewer = new FfmpegViewer(`${service.rtspUrl}/main`, {
			transport: "tcp",
		});
		// Before its first picture gst-launch does not mind SIGINT: what it leaves then, the next start clears.
		await until(() => viewer.frames > 2, "somebody sees pictures");
		const { captures, encoders } = gstreamerChildren(service.pid);
		const children = [...captures, ...encoders].map(({ pid }) => pid);
		return { service, viewer, children };
	}

	const gone = (pid: number) => {
		try {
			process.kill(pid, 0);
			return false;
		} catch {
			return true;
		}
	};

	test("kill -9 of the service leaves no child and no shared memory behind", async () => {
		const { service, viewer, children } = await watched();
		await service.stop("SIGKILL");
		await viewer.ended;
		await until(() => children.every(gone), "children gone");
		assert.deepEqual(sharedMemoryOf(children), [], service.stderr());
		await service.remove();
	});

	test("kill -9 of the service and its children, together: the next start clears up", async () => {
		// Services of other tests that start meanwhile would clear up too.
		const env = { TMPDIR: mkdtempSync(join(folder, "tmp-")) };
		const { service, viewer, children } = await watched(env);
		// A stopped parent starts none anew.
		service.process.kill("SIGSTOP");
		for (const pid of children) process.kill(pid, "SIGKILL");
		await service.stop("SIGKILL");
		await viewer.ended;
		await until(() => children.every(gone), "children gone");
		assert.equal(sharedMemoryOf(children).length, 1);
		const next = await startService({ stateDir: service.stateDir, env });
		assert.deepEqual(sharedMemoryOf(children), []);
		await next.remove();
	});
});
