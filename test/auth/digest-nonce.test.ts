import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, nonceOf, reason, setUp, sign } from "./digest-under-test.ts";

test("a count serves once, in any order within 32", () => {
	const auth = setUp();
	const nonce = nonceOf(auth);
	const seen = ["00000003", "00000001", "00000003", "00000002", "00000001"].map(
		(nc) => reason(auth, sign({ nonce, nc })),
	);
	assert.deepEqual(seen, [
		"authenticated",
		"authenticated",
		"the nonce is replayed",
		"authenticated",
		"the nonce is replayed",
	]);
	assert.equal(reason(auth, sign({ nonce, nc: "00000043" })), "authenticated");
	assert.equal(
		reason(auth, sign({ nonce, nc: "00000004" })),
		"the nonce is replayed",
	);
});

test("without qop a nonce serves once over HTTP, and a connection over RTSP", () => {
	const http = setUp();
	const nonce = nonceOf(http);
	assert.equal(reason(http, sign({ nonce })), "authenticated");
	assert.equal(reason(http, sign({ nonce })), "the nonce is replayed");
	const rtsp = setUp({ protocol: "rtsp" });
	const header = sign({ nonce: nonceOf(rtsp) });
	for (let minute = 0; minute < 60; minute += 1) {
		assert.equal(reason(rtsp, header), "authenticated");
		clock.advance(60_000);
	}
	clock.advance(300_000);
	assert.equal(reason(rtsp, header), "the nonce is expired");
});

test("a nonce expires, and one of another process never counts", () => {
	const auth = setUp({ nonceLifetimeMs: 1000 });
	const nonce = nonceOf(auth);
	clock.advance(1001);
	assert.equal(reason(auth, sign({ nonce })), "the nonce is expired");
	assert.equal(
		reason(auth, sign({ nonce: nonceOf(setUp()) })),
		"the nonce is expired",
	);
	for (const bad of ["x", "0".repeat(52), "zz".repeat(26), "9".repeat(3000)])
		assert.equal(
			reason(auth, sign({ nonce: bad })),
			"the nonce is expired",
			bad,
		);
});

test("forgotten nonces cannot be used again, and the wall clock does not matter", () => {
	const auth = setUp({ nonceCapacity: 4 });
	const nonces = Array.from({ length: 8 }, () => nonceOf(auth));
	for (const nonce of nonces)
		assert.equal(
			reason(auth, sign({ nonce, nc: "00000001" })),
			"authenticated",
		);
	clock.set(0);
	for (const nonce of nonces)
		assert.match(
			reason(auth, sign({ nonce, nc: "00000001" })),
			/^the nonce is (expired|replayed)$/,
		);
	assert.equal(
		reason(auth, sign({ nonce: nonceOf(auth), nc: "00000001" })),
		"authenticated",
	);
});
