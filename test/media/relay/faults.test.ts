import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "../../helpers/media.ts";
import { freePort, ownAddress } from "../../helpers/own-address.ts";
import { run } from "../../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../../helpers/service.ts";
import { camera, says, startWrapper } from "./two-services.ts";
import { complaint, view } from "./viewer.ts";

const startCamera = (port: number) =>
	startService({
		config: { ...camera, rtsp: { port, host: ownAddress } },
	});

async function snapshotText(service: RunningService): Promise<string> {
	const { stdout } = await run("curl", [
		...["-sS", "--digest", "-u"],
		`${administrator.name}:${administrator.password}`,
		`${service.url}/snapshot/same`,
	]);
	return stdout.toString();
}

for (const token of ["same", "small"])
	test(`the camera killed and started again: the viewer's session of "${token}" goes on`, async () => {
		const port = await freePort();
		let source = await startCamera(port);
		const service = await startWrapper(port, {}, "main", ownAddress);
		const viewer = view(`${service.rtspUrl}/${token}`);
		try {
			await until(() => !viewer.alive() || viewer.frames() > 10, "pictures");
			assert.ok(viewer.alive(), service.stderr());
			await source.stop("SIGKILL");
			await source.remove();
			await says(service, "nothing listens there");
			const before = viewer.frames();
			source = await startCamera(port);
			await until(() => viewer.frames() > before + 20, "pictures again");
			assert.ok(viewer.alive());
			await says(service, /the camera is back/);
		} finally {
			await viewer.stop();
			await service.remove();
			await source.remove();
		}
	});

describe("what is wrong is said", () => {
	let source: RunningService;
	before(async () => {
		source = await startService({ config: camera });
	});
	after(() => source.remove());

	test("a wrong password, and it is not tried again and again", async () => {
		const service = await startWrapper(source.rtsp, { password: "swordfish9" });
		try {
			assert.match(await complaint(`${service.rtspUrl}/same`), /503/);
			const reason = `127.0.0.1:${source.rtsp}: 401: wrong user or password`;
			await says(service, reason);
			assert.ok(!service.stderr().includes("swordfish9"));
			assert.equal(await snapshotText(service), `no picture: ${reason}\n`);
			assert.equal(source.stderr().match(/wrong password/g)?.length, 1);
		} finally {
			await service.remove();
		}
	});

	test("no user at all", async () => {
		const service = await startWrapper(source.rtsp, {
			user: null,
			password: null,
		});
		try {
			await complaint(`${service.rtspUrl}/same`);
			await says(service, /401: it wants a user and password/);
		} finally {
			await service.remove();
		}
	});

	test("user and password in the address", async () => {
		const { name, password } = administrator;
		const service = await startWrapper(source.rtsp, {
			url: `rtsp://${name}:${encodeURIComponent(password)}@127.0.0.1:${source.rtsp}/main`,
			user: null,
			password: null,
		});
		const viewer = view(`${service.rtspUrl}/same`);
		try {
			await until(() => viewer.frames() > 10, "pictures");
		} finally {
			await viewer.stop();
			await service.remove();
		}
	});

	test("a path that is not there", async () => {
		const service = await startWrapper(source.rtsp, {}, "nothing");
		try {
			await complaint(`${service.rtspUrl}/same`);
			await says(service, /404: it has no such path/);
		} finally {
			await service.remove();
		}
	});
});
