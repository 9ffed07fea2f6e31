import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { WsDiscovery } from "../../src/discovery/ws-discovery.ts";
import { systemClock } from "../../src/system/clock.ts";
import { createNetwork } from "../../src/system/network.ts";
import { Asker, freePort, until } from "./asker.ts";
import { MemoryLog, TestIdentity } from "./identity.ts";
import { probe, read, resolve } from "./soap.ts";

/** Of the device at that port. */
class IdentityAt extends TestIdentity {
	readonly #port: number;
	readonly #securePort: number | undefined;
	constructor(port: number, securePort?: number) {
		super();
		this.#port = port;
		this.#securePort = securePort;
	}
	override xaddr(host: string): string {
		return `http://${host}:${this.#port}/onvif/device_service`;
	}
	secureXaddr(host: string): string | undefined {
		return this.#securePort === undefined
			? undefined
			: `https://${host}:${this.#securePort}/onvif/device_service`;
	}
}

describe("several devices of one process", () => {
	/** Over TLS too, which stands second. */
	const front = new IdentityAt(8080, 8443);
	const back = new IdentityAt(8081);
	/** Its address is on no interface that discovery sees. */
	const away = new IdentityAt(8082);
	const log = new MemoryLog();
	let discovery: WsDiscovery;
	let asker: Asker;
	before(async () => {
		const port = await freePort();
		discovery = new WsDiscovery({
			devices: [
				{ identity: front, interfaces: ["lo"] },
				{ identity: back, interfaces: ["lo"], address: "127.0.0.1" },
				{ identity: away, interfaces: ["lo"], address: "192.0.2.1" },
			],
			network: createNetwork(),
			clock: systemClock,
			log,
			port,
		});
		asker = new Asker(port);
		await asker.open();
		await discovery.start();
	});
	after(async () => {
		await discovery?.stop();
		await asker?.close();
	});

	const whoIs = (texts: readonly { text: string }[]) =>
		texts
			.map(({ text }) => read(text))
			.map(({ endpointReference, xaddrs }) => [endpointReference, xaddrs])
			.sort();
	const both = [
		[
			front.endpointReference,
			"http://127.0.0.1:8080/onvif/device_service https://127.0.0.1:8443/onvif/device_service",
		],
		[back.endpointReference, back.xaddr("127.0.0.1")],
	].sort();

	test("each says Hello, where it is", async () => {
		await asker.announcements(front.endpointReference);
		await asker.announcements(back.endpointReference);
		assert.ok(
			!asker.announced.some(({ text }) =>
				text.includes(away.endpointReference),
			),
		);
	});

	for (const way of ["multicast", "unicast"] as const)
		test(`a ${way} probe gets an answer from each`, async () => {
			const id = `uuid:both-${way}`;
			asker[way](probe({ id }));
			assert.deepEqual(whoIs(await asker.answers(id, 2)), both);
		});

	test("only the one that is meant answers a Resolve", async () => {
		asker.multicast(
			resolve(back.endpointReference, { id: "uuid:resolve-back" }),
		);
		asker.multicast(probe({ id: "uuid:after-resolve" }));
		await asker.answers("uuid:after-resolve", 2);
		assert.deepEqual(whoIs(await asker.answers("uuid:resolve-back")), [
			[back.endpointReference, back.xaddr("127.0.0.1")],
		]);
	});

	test("one that changed says Hello again, the other says nothing", async () => {
		const hellos = (identity: TestIdentity) =>
			asker.announced.filter(
				({ text }) =>
					text.includes("/Hello") && text.includes(identity.endpointReference),
			).length;
		await until(() => hellos(front) === 3 && hellos(back) === 3);
		back.own = [...back.own, "onvif://www.onvif.org/location/moved"];
		discovery.changed(back);
		await asker.announcements("location/moved", 3);
		assert.equal(hellos(front), 3);
	});

	test("one that is not to be found is silent, the other answers", async () => {
		front.mode = false;
		asker.multicast(probe({ id: "uuid:hidden" }));
		await asker.answers("uuid:hidden");
		asker.unicast(probe({ id: "uuid:hidden-unicast" }));
		await asker.answers("uuid:hidden-unicast");
		front.mode = true;
		asker.unicast(probe({ id: "uuid:shown" }));
		await asker.answers("uuid:shown", 2);
		const heard = asker.heard.filter(({ text }) =>
			text.includes("uuid:hidden"),
		);
		assert.deepEqual(
			new Set(heard.map(({ text }) => read(text).endpointReference)),
			new Set([back.endpointReference]),
		);
	});

	test("one that goes says Bye and is found no more, until it comes back with a Hello", async () => {
		const said = (what: string) =>
			asker.announced.filter(
				({ text }) =>
					text.includes(`/${what}`) && text.includes(back.endpointReference),
			).length;
		await discovery.remove(back);
		await until(() => said("Bye") > 0);
		asker.unicast(probe({ id: "uuid:without" }));
		assert.deepEqual(
			whoIs(await asker.answers("uuid:without")).map(([who]) => who),
			[front.endpointReference],
		);
		const hellos = said("Hello");
		await discovery.add({ identity: back, interfaces: ["lo"] });
		await until(() => said("Hello") > hellos);
		asker.unicast(probe({ id: "uuid:with" }));
		await asker.answers("uuid:with", 2);
		assert.equal(
			asker.heard.filter(({ text }) => text.includes("uuid:without")).length,
			1,
		);
		asker.announced.length = 0;
	});

	test("each says Bye, and nothing went wrong", async () => {
		await discovery.stop();
		for (const { endpointReference } of [front, back]) {
			await until(() =>
				asker.announced.some(
					({ text }) =>
						text.includes("/Bye") && text.includes(endpointReference),
				),
			);
		}
		assert.ok(
			!asker.announced.some(({ text }) =>
				text.includes(away.endpointReference),
			),
		);
		assert.deepEqual(log.lines, []);
	});
});
