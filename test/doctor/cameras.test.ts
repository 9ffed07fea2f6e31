import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type RunningService, startService } from "../helpers/service.ts";
import {
	byName,
	findings,
	freePorts,
	type Settings,
	settings,
	Workshop,
	wrong,
} from "./doctor-program.ts";

describe("onvifd doctor of several cameras", () => {
	const workshop = new Workshop();
	let config: Settings;
	let service: RunningService | undefined;
	before(async () => {
		const [front, back] = [await freePorts(), await freePorts()];
		const { profiles, ...common } = await settings();
		assert.ok(Array.isArray(profiles));
		config = {
			...common,
			cameras: [
				{
					token: "front",
					http: { port: front.http },
					rtsp: { port: front.rtsp },
					profiles: profiles.slice(0, 1),
				},
				{
					token: "back",
					http: { port: back.http },
					rtsp: { port: back.rtsp },
					profiles: profiles.slice(1),
				},
			],
		};
	});
	after(async () => {
		await service?.remove();
		workshop.remove();
	});

	test("an interface that is not there is one camera's trouble", async () => {
		const { cameras, ...common } = config;
		assert.ok(Array.isArray(cameras));
		const { code, found } = await findings(
			workshop.write({
				...common,
				http: {},
				rtsp: {},
				cameras: [{ token: "away", interface: "no-such-if" }, ...cameras],
			}),
		);
		assert.equal(code, 1);
		assert.match(
			byName(found, "away: interface").detail,
			/no network interface no-such-if/,
		);
		assert.deepEqual(
			found.filter(({ name }) => name.startsWith("away: ")).length,
			1,
		);
		for (const name of ["front: service", "back: service"])
			assert.match(byName(found, name).detail, /nothing answers/);
		assert.equal(byName(found, "back: programs").ok, true);
	});

	test("each is looked at by itself, the host once", async () => {
		service = await startService({ config });
		const { code, found } = await findings(
			join(service.stateDir, "config.yaml"),
		);
		assert.deepEqual(wrong(found), [], JSON.stringify(found, undefined, 1));
		assert.equal(code, 0);
		const names = found.map(({ name }) => name);
		assert.equal(new Set(names).size, names.length, names.join());
		for (const name of ["configuration", "clock", "users file"])
			assert.ok(names.includes(name), name);
		for (const [token, own, other] of [
			["front", "main", "jpeg"],
			["back", "jpeg", "main"],
		]) {
			assert.ok(names.includes(`${token}: discovery`));
			assert.ok(names.includes(`${token}: profile ${own}`));
			assert.ok(!names.includes(`${token}: profile ${other}`));
		}
		assert.notEqual(
			byName(found, "front: service").detail,
			byName(found, "back: service").detail,
		);
	});
});
