import assert from "node:assert/strict";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { startService } from "../helpers/service.ts";
import {
	byName,
	findings,
	settings,
	Workshop,
	wrong,
} from "./doctor-program.ts";

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

	test("it is not announced by mDNS, though the configuration wants it", async () => {
		const config = await settings();
		const service = await startService({ config });
		try {
			const { stateDir } = service;
			const discovery = { mdns: true, interfaces: ["lo"] };
			const { code, found } = await findings(
				workshop.write({ ...config, discovery, stateDir }),
			);
			assert.equal(code, 1);
			assert.deepEqual(wrong(found), ["mdns"]);
			const { detail, remedy } = byName(found, "mdns");
			assert.match(detail, /nobody answers on lo 127\.0\.0\.1$/);
			assert.match(remedy ?? "", /ufw allow 5353\/udp/);
		} finally {
			await service.remove();
		}
	});
});
