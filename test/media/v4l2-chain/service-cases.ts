import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Cam } from "onvif";
import { authorization } from "../../helpers/digest.ts";
import { until } from "../../helpers/media.ts";
import { probe } from "../../helpers/probe.ts";
import { administrator } from "../../helpers/service.ts";
import { RtspClient } from "../../rtsp/rtsp-client.ts";

/** Where the service with a chain runs: here with stand-ins, or in the virtual machine with the programs themselves. */
export interface ChainHost {
	/** As they are reached from here. */
	readonly ports: { readonly http: number; readonly rtsp: number };
	/** As the service tells it. */
	readonly rtspPort: number;
	readonly size: { readonly width: number; readonly height: number };
	readonly camera: string;
	readonly loopback: string;
	/** Process ids. */
	running(program: ChainProgram): Promise<readonly number[]>;
	/** SIGKILL. */
	kill(pid: number): Promise<void>;
	/** What the service wrote so far. */
	said(): Promise<string>;
	/** Lets another program open the loopback device: `name (pid 1)`. */
	hold(): Promise<{
		readonly holder: string;
		release(): Promise<void>;
	}>;
	unplug(): Promise<void>;
	plugIn(): Promise<void>;
}

export type ChainProgram = "v4l2compress" | "v4l2rtspserver";
const programs = ["v4l2compress", "v4l2rtspserver"] as const;

/** The service with one profile `main` whose engine is v4l2-chain, at its own ports. */
export function chainServiceCases(host: () => ChainHost): void {
	test("GetStreamUri leads to our own port, and there is the picture", async (t) => {
		const camera = await onvif();
		const { port, pathname } = await address((done) =>
			camera.getStreamUri({ protocol: "RTSP", profileToken: "main" }, done),
		);
		assert.equal(port, String(host().rtspPort));
		await described(t, pathname);
		const login = `${administrator.name}:${encodeURIComponent(administrator.password)}`;
		const { codec_name, width, height } = await probe([
			"-rtsp_transport",
			"tcp",
			`rtsp://${login}@127.0.0.1:${host().ports.rtsp}${pathname}`,
		]);
		assert.deepEqual(
			{ codec_name, width, height },
			{ codec_name: "h264", ...host().size },
		);
	});

	test("who has no login gets nothing", async (t) => {
		const client = await RtspClient.connect(t, host().ports.rtsp);
		client.login = undefined;
		assert.equal((await client.request("DESCRIBE", uriOf())).status, 401);
	});

	test("several viewers share one chain, which ends with the last", async (t) => {
		const viewers = [await watch(t)];
		await viewers[0]?.moves();
		const before = await chain();
		for (let more = 0; more < 3; more++) viewers.push(await watch(t));
		await Promise.all(viewers.map((viewer) => viewer.moves()));
		assert.deepEqual(await chain(), before);
		for (const viewer of viewers) viewer.leave();
		await ended();
	});

	test("the snapshot is a JPEG of the profile's size", async () => {
		const camera = await onvif();
		const { pathname } = await address((done) =>
			camera.getSnapshotUri({ profileToken: "main" }, done),
		);
		const picture = await snapshot(pathname);
		assert.equal(picture.readUInt16BE(0), 0xffd8);
		const header = picture.indexOf(Buffer.from([0xff, 0xc0]));
		assert.deepEqual(
			{
				width: picture.readUInt16BE(header + 7),
				height: picture.readUInt16BE(header + 5),
			},
			host().size,
		);
	});

	test("ONVIF clients are offered what the chain can do", async () => {
		const camera = await onvif();
		const { H264 } = await new Promise<{
			H264?: {
				H264ProfilesSupported?: unknown;
				resolutionsAvailable?: unknown;
			};
		}>((resolve, reject) =>
			camera.getVideoEncoderConfigurationOptions(
				{ configurationToken: "main-encoder" },
				(error, options) => (error ? reject(error) : resolve(options)),
			),
		);
		assert.equal(H264?.H264ProfilesSupported, "Baseline");
		const sizes = [H264.resolutionsAvailable].flat();
		const { width, height } = host().size;
		assert.ok(
			sizes.some((size) => isDeepStrictEqual(size, { width, height })),
			JSON.stringify(sizes),
		);
		assert.ok(!JSON.stringify(sizes).includes('"width":320,"height":240'));
	});

	for (const program of programs)
		test(`viewers stay when ${program} is killed`, async (t) => {
			const viewer = await watch(t);
			await viewer.moves();
			const before = await chain();
			const [pid = 0] = await host().running(program);
			await host().kill(pid);
			await until(
				async () =>
					(await chain()).filter((one) => !before.includes(one)).length === 2,
				"both programs are others",
			);
			await viewer.moves();
		});

	test("viewers stay when the camera is unplugged for a while", async (t) => {
		const viewer = await watch(t);
		await viewer.moves();
		await host().unplug();
		await says(new RegExp(`${host().camera} is not there`));
		await ended();
		await host().plugIn();
		await viewer.moves();
	});

	test("a loopback device in use is told: which, for what, by whom", async (t) => {
		await ended();
		const { holder, release } = await host().hold();
		const { width, height } = host().size;
		assert.equal((await describe(t, uriOf())).status, 503);
		await says(
			`${host().loopback} is in use by ${holder}; a loopback device that is open keeps its format and takes no H264 ${width}x${height}`,
		);
		await release();
		await described(t);
	});

	function uriOf(path = "/main"): string {
		return `rtsp://127.0.0.1:${host().ports.rtsp}${path}`;
	}

	async function chain(): Promise<readonly number[]> {
		const lists = await Promise.all(
			programs.map((program) => host().running(program)),
		);
		return lists.flat();
	}

	/** Both programs are gone, as they are when nobody watches. */
	function ended(): Promise<void> {
		return until(async () => (await chain()).length === 0, "the chain ends");
	}

	function says(what: string | RegExp): Promise<void> {
		return until(async () => {
			const said = await host().said();
			return typeof what === "string" ? said.includes(what) : what.test(said);
		}, `the service says ${what}`);
	}

	async function describe(t: TestContext, uri: string, login = administrator) {
		const client = await RtspClient.connect(t, host().ports.rtsp);
		client.login = { user: login.name, password: login.password };
		const answer = await client.request("DESCRIBE", uri);
		client.socket.destroy();
		return answer;
	}

	/** As players do, asks again while there is no picture yet. */
	async function described(t: TestContext, path?: string): Promise<void> {
		await until(async () => {
			const { status } = await describe(t, uriOf(path));
			assert.ok(status === 200 || status === 503, String(status));
			return status === 200;
		}, "a description");
	}

	async function watch(t: TestContext) {
		await described(t);
		const client = await RtspClient.connect(t, host().ports.rtsp);
		client.login = {
			user: administrator.name,
			password: administrator.password,
		};
		assert.equal((await client.request("DESCRIBE", uriOf())).status, 200);
		await client.play(uriOf());
		return {
			/** Resolves when ten packets more than now have come. */
			async moves(): Promise<void> {
				const wanted = client.packets.length + 10;
				await until(() => client.packets.length >= wanted, "ten packets");
				assert.equal(client.closed, false);
			},
			leave: () => client.socket.destroy(),
		};
	}

	async function onvif(): Promise<Cam> {
		const camera = new Cam({
			hostname: "127.0.0.1",
			port: host().ports.http,
			username: administrator.name,
			password: administrator.password,
			autoconnect: false,
			// What the service calls itself may lead nowhere from here.
			preserveAddress: true,
		});
		await new Promise<void>((resolve, reject) => {
			camera.connect((error) => (error ? reject(error) : resolve()));
		});
		return camera;
	}

	async function snapshot(path: string): Promise<Buffer> {
		const url = `http://127.0.0.1:${host().ports.http}${path}`;
		let picture: Buffer | undefined;
		await until(async () => {
			const challenge = await fetch(url);
			await challenge.arrayBuffer();
			const Authorization = authorization(
				challenge.headers.get("www-authenticate") ?? "",
				administrator,
				"GET",
				path,
			);
			assert.ok(Authorization);
			const answer = await fetch(url, { headers: { Authorization } });
			picture = Buffer.from(await answer.arrayBuffer());
			assert.ok(answer.status === 200 || answer.status === 503);
			return answer.status === 200;
		}, "a snapshot");
		assert.ok(picture);
		return picture;
	}
}

function address(
	ask: (done: (error: Error | null, answer?: { uri?: string }) => void) => void,
): Promise<URL> {
	return new Promise((resolve, reject) => {
		ask((error, answer) =>
			answer?.uri ? resolve(new URL(answer.uri)) : reject(error),
		);
	});
}
