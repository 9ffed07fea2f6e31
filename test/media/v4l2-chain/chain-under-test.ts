import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, type TestContext } from "node:test";
import { Hub } from "../../../src/media/hub.ts";
import type { Frame } from "../../../src/media/types.ts";
import { ChainEngine } from "../../../src/media/v4l2-chain/engine.ts";
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
export const badManners: { readonly skip?: string } = againstRealPrograms
	? { skip: "the real programs show their bad manners as they please" }
	: {};

/** The programs that run. */
export const chained = () =>
	descendants().filter(({ commandLine }) =>
		/v4l2compress|v4l2rtspserver/.test(commandLine),
	);

/** A viewer that looks at order and time of what it gets. */
export class Watcher {
	readonly frames: Frame[] = [];
	readonly #said: readonly string[];

	/** `said` tells why it saw nothing. */
	constructor(said: readonly string[]) {
		this.#said = said;
	}

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
		return until(() => this.frames.length >= wanted, `${count} frames`).catch(
			(error: Error) => assert.fail([error.message, ...this.#said].join("\n")),
		);
	}
}

let randoms = 0;

/** One camera with one loopback device, for all tests of a file. */
export function chainUnderTest() {
	const devices = new Devices();
	const said: string[] = [];
	useStandIns();
	before(() => devices.record());
	after(() => devices.remove());

	/** An engine with one stream; when the test is over it has left no program behind. */
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
		const watcher = new Watcher(said);
		t.after(async () => {
			await engine.stop();
			assert.deepEqual(chained(), []);
		});
		return { engine, stream, watcher, plan };
	}

	return {
		devices,
		/** What the log was told. */
		said,
		start,
		servers: () => devices.notes().filter(({ server }) => server),
		compressors: () => devices.notes().filter(({ compress }) => compress),
	};
}
