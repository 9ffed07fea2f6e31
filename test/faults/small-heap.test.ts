import assert from "node:assert/strict";
import { test } from "node:test";
import { anonymousMemory } from "../helpers/memory.ts";
import { startService } from "../helpers/service.ts";

/** Kilobytes: without flags of its own the process takes 75 MB more through this, with them 20. */
const growth = 48 * 1024;

const SOAP = "http://www.w3.org/2003/05/soap-envelope";
const blocks = '<x xmlns="urn:x"/>'.repeat(12_000);
const bodies = [
	`<a ${'b="" '.repeat(50_000)}/>`,
	"<a>".repeat(80_000),
	`<!--${"-".repeat(250_000)}`,
	`<e:Envelope xmlns:e="${SOAP}"><e:Header>${blocks}</e:Header><e:Body/></e:Envelope>`,
];

test("started by node, without the first line's flags, it stays small under a flood of hostile bodies", async (t) => {
	const service = await startService({ asInstalled: false });
	t.after(() => service.remove());
	const before = anonymousMemory(service.pid);
	for (let round = 0; round < 4; round++)
		for (const body of bodies)
			await Promise.all(
				Array.from({ length: 20 }, async () => {
					const response = await fetch(`${service.url}/onvif/device_service`, {
						method: "POST",
						headers: { "content-type": "application/soap+xml" },
						body,
					});
					assert.match(await response.text(), /:Fault>/);
				}),
			);
	const after = anonymousMemory(service.pid);
	t.diagnostic(`from ${before} to ${after} kB`);
	assert.ok(after < before + growth, `from ${before} to ${after} kB`);
});
