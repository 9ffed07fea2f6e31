import assert from "node:assert/strict";
import { test } from "node:test";
import { watch } from "../../src/doctor/pictures.ts";
import { patienceMs } from "../helpers/patience.ts";
import { administrator, startService } from "../helpers/service.ts";

test("an address with a login of its own is used with that, and told without", async () => {
	const profile = { token: "main", encoding: "H264", width: 320, height: 240 };
	const service = await startService({ config: { profiles: [profile] } });
	try {
		const url = new URL(`${service.rtspUrl}/main`);
		const other = {
			name: "viewer",
			password: "of another",
			level: "User",
		} as const;
		const signal = () => AbortSignal.timeout(patienceMs);
		assert.equal(
			await watch(url, other, signal()),
			`10 frames of H264 decoded from rtsp://127.0.0.1:${service.rtsp}/main`,
		);
		url.password = "swordfish";
		await assert.rejects(watch(url, administrator, signal()), {
			name: "Trouble",
			message: `rtsp://127.0.0.1:${service.rtsp}/main: the login is refused`,
		});
	} finally {
		await service.remove();
	}
});
