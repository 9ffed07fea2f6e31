import assert from "node:assert/strict";
import { test } from "node:test";
import { Audience } from "../../src/outputs/audience.ts";
import { fakeClock } from "../auth/fakes.ts";

const visit = {
	client: "192.0.2.1",
	user: "admin",
	profile: "main",
	by: "MJPEG",
} as const;
const asking = { ...visit, by: "HLS" } as const;

test("who came is there until it leaves, each visit by itself", () => {
	const clock = fakeClock();
	const audience = new Audience(clock);
	const first = audience.enter(visit);
	clock.advance(5000);
	const second = audience.enter(visit);
	assert.deepEqual(
		audience.visits.map(({ since }) => clock.monotonic() - since),
		[5000, 0],
	);
	first();
	first();
	assert.equal(audience.visits.length, 1);
	second();
	assert.deepEqual(audience.visits, []);
});

test("who asks is one viewer, from the first time until a while after the last", () => {
	const clock = fakeClock();
	const audience = new Audience(clock);
	for (let i = 0; i < 10; i++) {
		audience.ask(asking);
		clock.advance(15_000);
	}
	const [one, ...others] = audience.visits;
	assert.deepEqual(others, []);
	assert.equal(clock.monotonic() - (one?.since ?? 0), 150_000);
	audience.ask({ ...asking, client: "192.0.2.2" });
	clock.advance(10_000);
	assert.deepEqual(
		audience.visits.map(({ client }) => client),
		["192.0.2.2"],
	);
	clock.advance(10_000);
	assert.equal(audience.visits.length, 0);
	audience.ask(asking);
	assert.equal(audience.visits[0]?.since, clock.monotonic(), "it came again");
});

test("of those who ask no more than 256 are remembered", () => {
	const audience = new Audience(fakeClock());
	for (let i = 0; i < 300; i++)
		audience.ask({ ...asking, client: `10.0.0.${i}` });
	assert.equal(audience.visits.length, 256);
	assert.equal(audience.visits[0]?.client, "10.0.0.44");
});
