import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Groups } from "../../../src/media/send/groups.ts";
import { sendToGroup } from "../../../src/outputs/multicast/send.ts";
import { PushFailed } from "../../../src/outputs/push/types.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { until } from "../../helpers/media.ts";
import { FakeStream, makeFrame } from "../../rtsp/fake-stream.ts";

const group = { address: "239.255.83.1", port: 28_500, ttl: 0 };
const via = { name: "lo", address4: "127.0.0.1" };

function begin(stream: FakeStream | undefined, by = via) {
	const groups = new Groups(systemClock);
	const stopping = new AbortController();
	const told = { sending: 0 };
	const attempt = {
		signal: stopping.signal,
		sending: () => void told.sending++,
	};
	const track = stream && ({ media: "video", stream } as const);
	const ended = sendToGroup(groups, track, { group, via: by, attempt });
	return { groups, stopping, told, ended };
}

test("it counts as sending when a frame has left, and ends when told to", async () => {
	const stream = new FakeStream();
	const { groups, stopping, told, ended } = begin(stream);
	await until(() => stream.viewers === 1, "the encoder runs");
	assert.equal(told.sending, 0);
	stream.feed(makeFrame({ key: true }));
	await until(() => told.sending === 1, "it sends");
	stopping.abort();
	await ended;
	assert.equal(stream.viewers, 0);
	assert.equal(groups.size, 0);
});

test("a stream that ends, and one that is not there, are failures", async () => {
	const stream = new FakeStream();
	const { groups, ended } = begin(stream);
	await until(() => stream.viewers === 1, "the encoder runs");
	stream.end("the configuration was removed");
	await assert.rejects(ended, new PushFailed("the configuration was removed"));
	assert.equal(groups.size, 0);
	await assert.rejects(begin(undefined).ended, PushFailed);
});

test("an interface that is gone is a failure", async () => {
	const stream = new FakeStream();
	const gone = { name: "gone0", address4: "192.0.2.200" };
	const { groups, ended } = begin(stream, gone);
	await assert.rejects(ended, PushFailed);
	assert.equal(groups.size, 0);
	assert.equal(stream.viewers, 0);
});

test("a camera that gives no picture is told of", async (t: TestContext) => {
	t.mock.timers.enable({ apis: ["setTimeout"] });
	const stream = new FakeStream();
	const { ended } = begin(stream);
	const failed = assert.rejects(
		ended,
		new PushFailed("the camera gives no picture"),
	);
	while (stream.viewers === 0)
		await new Promise((resolve) => setImmediate(resolve));
	t.mock.timers.tick(15_000);
	await failed;
	assert.equal(stream.viewers, 0);
});
