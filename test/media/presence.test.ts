import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Presence } from "../../src/media/presence.ts";

test("who waits is given it when it comes, and at once while it is there", async () => {
	const presence = new Presence<string>();
	const { signal } = new AbortController();
	const waited = [presence.wait(signal), presence.wait(signal)];
	presence.come("a");
	assert.deepEqual(await Promise.all(waited), ["a", "a"]);
	assert.equal(getEventListeners(signal, "abort").length, 0);
	assert.equal(await presence.wait(signal), "a");
	presence.go();
	assert.equal(presence.value, undefined);
	const next = presence.wait(signal);
	presence.come("b");
	assert.equal(await next, "b");
});

test("who gives up waiting, before or meanwhile, is let go", async () => {
	const presence = new Presence<string>();
	await assert.rejects(presence.wait(AbortSignal.abort()), /stopped/);
	const end = new AbortController();
	const waiting = presence.wait(end.signal);
	end.abort();
	await assert.rejects(waiting, /stopped/);
});
