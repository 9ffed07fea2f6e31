import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { pushRtmp } from "../../../src/outputs/push/rtmp/rtmp.ts";
import { PushFailed } from "../../../src/outputs/push/types.ts";
import { until } from "../../helpers/media.ts";
import { encode } from "../../rtsp/encoded-stream.ts";
import { FakeStream, frameOf } from "../../rtsp/fake-stream.ts";
import { type Script, say, scriptedServer } from "./rtmp-scripted.ts";

const h264 = encode("H264");
const key = "the-key";

const aacDescription = {
	media: "audio",
	encodingName: "MPEG4-GENERIC",
	payloadType: 97,
	clockRate: 16_000,
	channels: 1,
	fmtp: "streamtype=5;mode=AAC-hbr;sizelength=13;indexlength=3;config=1408",
	bitrateKbit: 32,
} as const;

async function push(t: TestContext, script?: Script) {
	const server = await scriptedServer(t, script);
	const stop = new AbortController();
	const video = new FakeStream(h264.description);
	const sound = new FakeStream(aacDescription);
	let sending = 0;
	let elapsed = 0;
	let streams = [video, sound];
	const directory = {
		find: () => ({
			name: "Main",
			sessionTimeout: 60,
			tracks: streams.map((stream, index) => ({
				media: index === 0 ? ("video" as const) : ("audio" as const),
				stream,
			})),
		}),
	};
	const silent = { info() {}, warn() {}, error() {} };
	const ended = pushRtmp(
		{
			profile: "main",
			url: `rtmp://127.0.0.1:${server.port}/live/more/${key}?token=1`,
			ttl: 1,
			interface: null,
			sdp: null,
		},
		{
			directory,
			network: { interfaces: () => [] },
			clock: {
				now: () => Date.now(),
				monotonic: () => performance.now() + elapsed,
			},
			log: silent,
		},
		{ signal: stop.signal, sending: () => void sending++ },
	);
	ended.catch(() => {});
	t.after(async () => {
		stop.abort();
		await ended.catch(() => {});
	});
	return {
		...{ server, video, sound, stop, ended },
		sendings: () => sending,
		goBy(ms: number) {
			elapsed += ms;
		},
		/** The profile is made of other streams. */
		replace() {
			streams = [new FakeStream(h264.description)];
		},
		attached: () => until(() => video.viewers > 0, "the stream is watched"),
	};
}

const fails = (ended: Promise<void>, reason: RegExp) =>
	assert.rejects(
		ended,
		(error) =>
			error instanceof PushFailed &&
			reason.test(error.message) &&
			!error.message.includes(key),
	);

test("commands as servers want them, then headers, pictures and sound", async (t) => {
	const { server, video, sound, attached, sendings, stop, ended } =
		await push(t);
	await attached();
	assert.deepEqual(
		server.said.map(([name]) => name),
		["connect", "releaseStream", "FCPublish", "createStream", "publish"],
	);
	const [connect, , , , publish] = server.said;
	assert.deepEqual(connect?.[2], {
		app: "live/more",
		type: "nonprivate",
		flashVer: "FMLE/3.0 (compatible; onvifd)",
		tcUrl: `rtmp://127.0.0.1:${server.port}/live/more`,
	});
	assert.deepEqual(publish?.slice(2), [null, `${key}?token=1`, "live"]);
	assert.equal(sendings(), 0);
	const start = h264.frames.findIndex((frame) => frame.key);
	for (const frame of h264.frames.slice(start, start + 30)) video.feed(frame);
	assert.equal(sendings(), 1);
	const unit = Buffer.from("unit");
	const payload = Buffer.from([0, 16, 0, unit.length << 3, ...unit]);
	const packet = Buffer.alloc(12);
	packet.writeUInt8(0x80);
	packet.writeUInt32BE((sound.rtpTimestampAt(Date.now()) + 16_000) >>> 0, 4);
	sound.feed(frameOf([Buffer.concat([packet, payload])], true));
	await until(() => server.media.length >= 33, "all that was sent came");
	const [avcHeader, aacHeader, first, second] = server.media;
	assert.equal(avcHeader?.payload.toString("hex", 0, 6), "170000000001");
	assert.equal(aacHeader?.payload.toString("hex"), "af001408");
	assert.equal(first?.payload.toString("hex", 0, 5), "1701000000");
	assert.equal(second?.payload.toString("hex", 0, 5), "2701000000");
	assert.ok(server.media.every(({ streamId }) => streamId === 7));
	const pictures = server.media.filter(({ type }) => type === 9).slice(1);
	assert.deepEqual(
		pictures.map(({ timestamp }) => timestamp),
		pictures.map((_, index) => index * 40),
	);
	assert.equal(server.media.at(-1)?.payload.toString(), "\u{fffd}\x01unit");
	const metadata = server.said.at(-1);
	assert.deepEqual(metadata, [
		"@setDataFrame",
		"onMetaData",
		{
			...{ width: 320, height: 240, framerate: 25, videocodecid: 7 },
			...{ audiocodecid: 10, audiosamplerate: 16_000, encoder: "onvifd" },
		},
	]);
	stop.abort();
	await ended;
	await until(
		() => server.said.at(-1)?.[0] === "deleteStream",
		"it says that it is over",
	);
	assert.equal(video.viewers + sound.viewers, 0);
});

test("a target that accepts and says nothing", async (t) => {
	const { server, goBy, ended } = await push(t, { connected() {} });
	await until(() => server.sockets.length > 0, "it is connected");
	goBy(10_001);
	await fails(ended, /^it does not answer$/);
});

test("a target that speaks another protocol, or breaks its own", async (t) => {
	const other = await push(t, {
		connected: (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
	});
	await fails(other.ended, /speaks no RTMP$/);
	const broken = await push(t, {
		answer: (name) => (name === "connect" ? null : undefined),
	});
	await until(() => broken.server.said.length > 0, "it was asked");
	const [socket] = broken.server.sockets;
	// A message of 16 MB.
	socket?.write(Buffer.from("03000000ffffff1400000000", "hex"));
	await fails(broken.ended, /^it sends a message of 16777215 octets$/);
});

test("refusals: their code, and never what they say of the key", async (t) => {
	const error = (code: string, description: string) => (name: unknown) =>
		name === "connect"
			? ["_error", 1, null, { level: "error", code, description }]
			: undefined;
	const login = await push(t, {
		answer: error("NetConnection.Connect.Rejected", `authmod=adobe ${key}`),
	});
	await fails(login.ended, /^it wants a login/);
	const rejected = await push(t, {
		answer: error("NetConnection.Connect.Rejected", `no ${key}`),
	});
	await fails(rejected.ended, /NetConnection\.Connect\.Rejected; is the key/);
	const taken = await push(t, {
		answer: (name) =>
			name === "publish"
				? ["onStatus", 0, null, { code: "NetStream.Publish.BadName" }]
				: undefined,
	});
	await fails(taken.ended, /NetStream\.Publish\.BadName/);
	for (const hangUp of ["destroy", "resetAndDestroy"] as const) {
		const { server, ended } = await push(t, {
			answer: (name) => (name === "publish" ? null : undefined),
		});
		await until(() => server.said.length >= 5, "it was asked");
		server.sockets[0]?.[hangUp]();
		await fails(ended, /^it hung up without a reason; is the key right/);
	}
});

test("a ping is answered, and a stream that ends is a reason", async (t) => {
	const { server, video, attached, ended } = await push(t);
	await attached();
	let answer = Buffer.alloc(0);
	server.sockets[0]?.on("data", (data) => {
		answer = Buffer.concat([answer, data]);
	});
	server.sockets[0]?.write(
		Buffer.from("020000000000060400000000000600000042", "hex"),
	);
	const response = Buffer.from("000700000042", "hex");
	await until(() => answer.includes(response), "the ping is answered");
	server.sockets[0]?.write(say("onBWDone", 0, null));
	video.end("the profile was removed");
	await fails(ended, /^the profile was removed$/);
});

test("an encoder with other settings: its header comes before its pictures", async (t) => {
	const { server, video, attached, sendings } = await push(t);
	await attached();
	const other = encode("H264", { width: 160, height: 128 });
	for (const { frames } of [h264, other, h264])
		for (const frame of frames.slice(0, 5)) video.feed(frame);
	const sizes = () =>
		server.said.flatMap(([name, , values]) =>
			name === "@setDataFrame" && typeof values === "object"
				? [values?.width]
				: [],
		);
	await until(() => server.media.length >= 18, "all that was sent came");
	assert.deepEqual(sizes(), [320, 160, 320]);
	const headers = server.media.flatMap(({ type, payload }, index) =>
		type === 9 && payload[1] === 0 ? [index] : [],
	);
	// The first one's is followed by the sound's.
	assert.deepEqual(headers, [0, 7, 13]);
	assert.equal(sendings(), 1);
});

test("a profile that is made of other streams meanwhile", async (t) => {
	const { replace, attached, ended } = await push(t);
	await attached();
	replace();
	await fails(ended, /^the profile has other streams now$/);
});

test("a profile of JPEG, and one that is not there", async (t) => {
	const server = await scriptedServer(t);
	const stop = new AbortController();
	const target = {
		...{ profile: "main", ttl: 1, interface: null, sdp: null },
		url: `rtmp://127.0.0.1:${server.port}/live/${key}`,
	};
	const context = {
		network: { interfaces: () => [] },
		clock: { now: () => Date.now(), monotonic: () => performance.now() },
		log: { info() {}, warn() {}, error() {} },
	};
	const attempt = { signal: stop.signal, sending() {} };
	const stream = new FakeStream(encode("JPEG").description);
	const jpeg = {
		find: () => ({
			...{ name: "Main", sessionTimeout: 60 },
			tracks: [{ media: "video" as const, stream }],
		}),
	};
	await fails(
		pushRtmp(target, { ...context, directory: jpeg }, attempt),
		/^RTMP carries H\.264 alone/,
	);
	const none = { find: () => undefined };
	await fails(
		pushRtmp(target, { ...context, directory: none }, attempt),
		/^there is nothing to watch in main$/,
	);
	assert.equal(server.sockets.length, 0);
});
