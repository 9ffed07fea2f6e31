import assert from "node:assert/strict";
import test from "node:test";
import { FakeStream, makeFrame } from "../fake-stream.ts";
import { MovedClock } from "../moved-clock.ts";
import type { Packet } from "../rtsp-client.ts";
import { startServer, until } from "../start-server.ts";
import { openTunnel } from "./tunnel-client.ts";

const packets = 50;

test("a tunnel whose client stops reading loses frames up to a key frame; the other loses nothing", async (t) => {
	const main = new FakeStream();
	let fed = 0;
	/** 60 kB, every tenth a key frame. */
	const frame = () => {
		const made = makeFrame({
			key: fed % 10 === 0,
			sequenceNumber: (fed * packets) & 0xffff,
			rtpTimestamp: fed * 3600,
			payloads: Array.from({ length: packets }, () => 1200),
		});
		fed++;
		return made;
	};
	main.backlog = [frame()];
	const { port, url, logged } = await startServer(t, {
		streams: { main },
		clock: new MovedClock(),
	});
	const slow = await openTunnel(t, port, { cookie: "slow" });
	const fast = await openTunnel(t, port, { cookie: "fast" });
	const Session = await slow.play(url);
	await fast.play(url);
	slow.socket.get.socket.pause();
	const received = () => fast.packets.filter((one) => one.channel === 0).length;
	for (let i = 0; i < 400; i++) {
		main.feed(frame());
		if (i % 10 === 9)
			await until("the fast one's", () => received() === fed * packets);
	}
	slow.socket.get.socket.resume();
	const times = () =>
		slow.packets
			.filter(({ channel }: Packet) => channel === 0)
			.map(({ data }: Packet) => data.readUInt32BE(4));
	await until("the slow one is live again", () => {
		main.feed(frame());
		return (times().at(-1) ?? 0) >= (fed - 10) * 3600;
	});
	const seen = [...new Set(times())];
	const gap = seen.findIndex(
		(time, index) => time - (seen[index - 1] ?? time) > 3600,
	);
	assert.ok(gap > 0, "it lost some");
	assert.equal((seen[gap] ?? 1) % 36_000, 0, "it goes on with a key frame");
	await slow.request("TEARDOWN", url, { Session });
	const ended = logged.find(({ fields }) => fields?.reason === "TEARDOWN");
	assert.ok(Number(ended?.fields?.framesDropped) > 100);
});
