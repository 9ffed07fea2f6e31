import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { after, before, describe, type TestContext, test } from "node:test";
import { Hub } from "../../../src/media/hub.ts";
import type { Frame } from "../../../src/media/types.ts";
import { ChainEngine } from "../../../src/media/v4l2-chain/engine.ts";
import { rtspAddress } from "../../../src/rtsp-client/address.ts";
import { RtspConnection } from "../../../src/rtsp-client/connection.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { descendants } from "../../helpers/children.ts";
import { encoderConfiguration, until } from "../../helpers/media.ts";
import {
	againstRealPrograms,
	Devices,
	pictureSize,
	useStandIns,
} from "./stand-ins.ts";

/** What only programs do that are told to. */
const badManners = againstRealPrograms
	? { skip: "the real programs show their bad manners as they please" }
	: {};

const chained = () =>
	descendants().filter(({ commandLine }) =>
		/v4l2compress|v4l2rtspserver/.test(commandLine),
	);

class Watcher {
	readonly frames: Frame[] = [];
	frame(frame: Frame): void {
		const last = this.frames.at(-1);
		if (last) {
			const next = (last.sequenceNumber + last.packets.length) & 0xffff;
			assert.equal(frame.sequenceNumber, next, "sequence numbers go on");
			const ticks = (frame.rtpTimestamp - last.rtpTimestamp) | 0;
			assert.ok(ticks > 0, "one frame a picture, and timestamps grow");
		}
		this.frames.push(frame);
	}
	end(): void {}
	more(count: number): Promise<void> {
		const wanted = this.frames.length + count;
		return until(() => this.frames.length >= wanted, `${count} frames`, 30_000);
	}
}

describe("a v4l2 chain", () => {
	let devices: Devices;
	const said: string[] = [];
	let randoms = 0;
	useStandIns();
	before(() => {
		devices = new Devices();
		devices.record();
	});
	after(() => devices.remove());

	function start(
		t: TestContext,
		encoding: "H264" | "JPEG" = "H264",
		direct?: { port: number },
	) {
		devices.plugIn();
		devices.modes();
		writeFileSync(`${devices.folder}/notes`, "");
		said.length = 0;
		const log = {
			info: (message: string) => void said.push(message),
			warn: (message: string, fields?: object) =>
				void said.push(`${message} ${JSON.stringify(fields)}`),
			error() {},
		};
		const hub = new Hub(() => undefined);
		const engine = new ChainEngine({
			hub,
			devices: devices.access,
			random: (size) => Buffer.alloc(size, ++randoms),
			clock: systemClock,
			log,
		});
		const encoder = encoderConfiguration({
			...pictureSize,
			encoding,
			govLength: 5,
		});
		const { camera, loopback } = devices;
		const plan = {
			capture: { source: { kind: "v4l2", device: camera }, ...pictureSize },
			streams: [
				{ token: "main", encoder, chain: { camera, loopback, direct } },
			],
		} as const;
		engine.apply(plan);
		const stream = hub.get("main");
		assert.ok(stream);
		const watcher = new Watcher();
		t.after(async () => {
			await engine.stop();
			assert.deepEqual(chained(), []);
		});
		return { engine, stream, watcher, plan };
	}

	const servers = () => devices.notes().filter(({ server }) => server);
	const compressors = () => devices.notes().filter((note) => note.compress);

	test("H.264 comes into the hub while somebody watches", async (t) => {
		const { stream, watcher } = start(t);
		assert.deepEqual(chained(), []);
		const { detach } = stream.attach(watcher);
		const description = await stream.describe();
		assert.match(description.fmtp ?? "", /sprop-parameter-sets=\w+/);
		assert.equal(description.bitrateKbit, undefined);
		await watcher.more(12);
		assert.ok(watcher.frames.some(({ key }) => key));
		detach();
		await until(() => chained().length === 0, "both programs end");
		assert.deepEqual(said, []);
	});

	test(
		"the server is alone with us, and gets its first DESCRIBE after a key frame",
		badManners,
		async (t) => {
			const { stream, watcher } = start(t);
			stream.attach(watcher);
			await watcher.more(1);
			const [server] = servers();
			const notes = devices.notes();
			assert.deepEqual(notes.map((note) => note.described).filter(Boolean), [
				{ keyed: true },
			]);
			assert.ok(server?.server && server.cwd);
			assert.notEqual(server.cwd, process.cwd(), "it gives its folder away");
			assert.ok(!existsSync("H264"));
			const port = Number(server.server[server.server.indexOf("-P") + 1]);
			const [listening] = notes.flatMap((note) => note.listening ?? []);
			assert.equal(listening?.four, true);
			assert.equal(listening.six, false, "its open IPv6 door is shut");
			assert.equal(await askSnapshot(port), "", "nothing is given there");
		},
	);

	test("clients who are sent to the server itself find it, with its login only", async (t) => {
		const port = await freePort();
		const { engine, stream, watcher } = start(t, "H264", { port });
		const uri = engine.directUri("main", "127.0.0.1");
		assert.match(
			uri ?? "",
			new RegExp(`^rtsp://\\w+:\\w+@127\\.0\\.0\\.1:${port}/live$`),
		);
		await until(() => stream.latest !== undefined, "it runs unwatched", 30_000);
		const address = rtspAddress(uri ?? "");
		assert.ok(address?.login);
		const ask = async (login: typeof address.login) => {
			const end = new AbortController();
			const { signal } = end;
			const packet = () => {};
			const connection = await RtspConnection.open({
				address,
				login,
				packet,
				signal,
			});
			return connection
				.request("DESCRIBE", address.uri, { Accept: "application/sdp" })
				.finally(() => end.abort());
		};
		const answer = await ask(address.login);
		assert.match(answer.body, /sprop-parameter-sets=\S+/);
		await assert.rejects(ask({ user: "admin", password: "x" }), /401/);
		assert.ok(
			chained().every(
				({ commandLine }) =>
					!commandLine.includes(address.login?.password ?? ""),
			),
		);
		stream.attach(watcher);
		await watcher.more(2);
	});

	test("JPEG comes into the hub", async (t) => {
		const { engine, stream, watcher } = start(t, "JPEG");
		stream.attach(watcher);
		assert.equal((await stream.describe()).encodingName, "JPEG");
		await watcher.more(5);
		assertJpeg(await engine.snapshot("main"));
	});

	test("a snapshot of H.264 wakes the chain and is its key frame", async (t) => {
		const { engine } = start(t);
		const [one, other] = await Promise.all([
			engine.snapshot("main"),
			engine.snapshot("main"),
		]);
		assert.equal(one, other, "who asks together shares one");
		assertJpeg(one);
	});

	test(
		"a v4l2compress of after 0.2.0 gets its -vv at once",
		badManners,
		async (t) => {
			const { stream, watcher } = start(t);
			devices.modes("head");
			stream.attach(watcher);
			await watcher.more(2);
			assert.deepEqual(
				compressors().map(({ compress }) => compress?.[0]),
				["-fH264", "-vv"],
			);
			assert.deepEqual(said, ["this v4l2compress opens devices only with -vv"]);
		},
	);

	test("the server is started anew with its producer", async (t) => {
		const { stream, watcher } = start(t);
		stream.attach(watcher);
		await watcher.more(2);
		const before = chained().map(({ pid }) => pid);
		const compress = chained().find(({ commandLine }) =>
			/v4l2compress/.test(commandLine),
		);
		assert.ok(compress);
		process.kill(compress.pid, "SIGKILL");
		await until(
			() => chained().every(({ pid }) => !before.includes(pid)),
			"both are gone",
		);
		await watcher.more(4);
		assert.equal(chained().length, 2);
	});

	test(
		"a server that answers and sends nothing is found out by its packets",
		badManners,
		async (t) => {
			const { stream, watcher } = start(t);
			stream.attach(watcher);
			await watcher.more(2);
			const loopback = JSON.parse(readFileSync(devices.loopback, "utf8"));
			const next = { ...loopback, generation: loopback.generation + 1 };
			writeFileSync(devices.loopback, JSON.stringify(next));
			await until(() => servers().length === 2, "another server");
			await watcher.more(2);
			assert.match(said.join(), /v4l2rtspserver sent nothing for 4 s/);
		},
	);

	test(
		"a v4l2compress that spins without a camera is ended, and the camera's return noticed",
		badManners,
		async (t) => {
			const { stream, watcher } = start(t);
			stream.attach(watcher);
			await watcher.more(2);
			const { unlinkSync } = await import("node:fs");
			unlinkSync(devices.camera);
			await until(() => chained().length === 0, "both are gone", 20_000);
			await until(
				() => /video0 is not there/.test(said.join()),
				"the reason is told",
			);
			assert.ok(!existsSync(devices.camera), "no file is made of it");
			await assert.rejects(stream.describe(), /video0 is not there/);
			devices.plugIn();
			await watcher.more(2);
		},
	);

	const failures: readonly [string, string, RegExp][] = [
		["ends with exit code 0", "server-fails", /v4l2rtspserver ended: .*code 0/],
		["sends no packet", "silent", /v4l2rtspserver sent nothing for 6 s/],
		["has a camera of another size", "coerce", /takes 320x184 instead of/],
	];
	for (const [what, mode, message] of failures)
		test(
			`a chain that ${what} says so, and goes on when it can`,
			badManners,
			async (t) => {
				const { stream, watcher } = start(t);
				devices.modes(mode);
				await assert.rejects(stream.describe(), {
					name: "SourceUnavailable",
					message,
				});
				devices.modes();
				stream.attach(watcher);
				await watcher.more(2);
			},
		);

	test("a camera that another program has is named", badManners, async (t) => {
		const { stream } = start(t);
		writeFileSync(
			devices.camera,
			JSON.stringify({ driver: "vivid", owner: process.pid }),
		);
		await assert.rejects(stream.describe(), /video0 \(vivid\) is in use/);
		assert.deepEqual(compressors(), []);
	});

	test(
		"another size is another run, and the old one is gone first",
		badManners,
		async (t) => {
			const { engine, stream, watcher, plan } = start(t);
			stream.attach(watcher);
			await watcher.more(2);
			const [streamPlan] = plan.streams;
			const encoder = { ...streamPlan.encoder, quality: 50 };
			engine.apply({ ...plan, streams: [{ ...streamPlan, encoder }] });
			await until(() => compressors().length === 2, "another v4l2compress");
			await watcher.more(2);
			assert.equal(compressors()[1]?.compress?.[2], "-F32");
			assert.deepEqual(said, []);
		},
	);
});

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = createServer().listen(0, () => {
			const address = server.address();
			assert.ok(address && typeof address === "object");
			server.close(() => resolve(address.port));
		});
	});
}

/** What HTTP on the server's port gives to a stranger of the network. */
function askSnapshot(port: number): Promise<string> {
	return new Promise((resolve) => {
		let text = "";
		const socket = connect({ host: "::1", port }, () =>
			socket.write("GET /snapshot HTTP/1.1\r\n\r\n"),
		);
		socket.on("data", (chunk) => {
			text += chunk.toString("latin1");
		});
		socket.on("error", () => {});
		socket.on("close", () => resolve(text));
	});
}

function assertJpeg(picture: Buffer): void {
	assert.equal(picture.readUInt16BE(0), 0xffd8);
	assert.equal(picture.readUInt16BE(picture.length - 2), 0xffd9);
	const header = [0xc0, 0xc2]
		.map((code) => picture.indexOf(Buffer.from([0xff, code])))
		.find((at) => at > 0);
	assert.ok(header);
	assert.equal(picture.readUInt16BE(header + 5), pictureSize.height);
	assert.equal(picture.readUInt16BE(header + 7), pictureSize.width);
}
