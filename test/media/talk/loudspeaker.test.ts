import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { Loudspeaker } from "../../../src/media/talk/loudspeaker.ts";
import type { AudioSink } from "../../../src/media/types.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { listeningLog } from "../../camera/helpers.ts";
import { descendants } from "../../helpers/children.ts";
import { until } from "../../helpers/media.ts";
import { sayTone, tonePacket } from "../../helpers/talk.ts";
import { toneOf } from "../../helpers/tone.ts";

function start(t: TestContext, sink: AudioSink) {
	const log = listeningLog();
	const loudspeaker = new Loudspeaker({
		...{ sink, log, level: 100, clock: systemClock },
	});
	t.after(() => loudspeaker.stop());
	return { loudspeaker, log };
}

async function file(t: TestContext): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-talk-"));
	t.after(() => rm(folder, { recursive: true }));
	return join(folder, "heard.wav");
}

/** Those that play. */
const children = () =>
	descendants().filter(({ commandLine }) => commandLine.includes("fdsrc"))
		.length;

for (const [law, hertz] of [
	["PCMU", 1000],
	["PCMA", 620],
] as const)
	test(`a tone in ${law} is heard, late and lost packets or not`, async (t) => {
		let wav: Buffer = Buffer.alloc(0);
		// GStreamer may take longer to start than what is said.
		for (const seconds of [2, 6, 20]) {
			wav = await said(t, { seconds, hertz, law });
			if (wav.length > 8000) break;
		}
		assert.ok(wav.length > 8000, `${wav.length} octets`);
		const heard = toneOf(wav.subarray(44), 8000);
		assert.ok(Math.abs(heard - hertz) < 5, `${heard} Hz`);
		assert.equal(children(), 0);
	});

/** What came out of a tone of which some packets get lost, and some overtake others. */
async function said(
	t: TestContext,
	tone: Parameters<typeof sayTone>[1],
): Promise<Buffer> {
	const path = await file(t);
	const { loudspeaker } = start(t, { kind: "file", path });
	const talk = loudspeaker.open("client");
	let sent = 0;
	let held: Buffer | undefined;
	await sayTone((packet) => {
		sent++;
		if (sent % 25 === 0) return;
		if (sent % 10 === 0) held = packet;
		else talk.packet(packet);
		if (held && sent % 10 === 1) {
			talk.packet(held);
			held = undefined;
		}
	}, tone);
	talk.packet(tonePacket(sent, tone.hertz, tone.law));
	assert.equal(loudspeaker.busy, true);
	talk.close();
	await loudspeaker.stop();
	return await readFile(path).catch(() => Buffer.alloc(0));
}

test("one talks at a time; when that one is done, the other does", async (t) => {
	const { loudspeaker, log } = start(t, { kind: "test" });
	const [first, second] = [loudspeaker.open("one"), loudspeaker.open("two")];
	assert.equal(loudspeaker.busy, false);
	first.packet(tonePacket(0, 440, "PCMU"));
	second.packet(tonePacket(0, 440, "PCMU"));
	second.packet(tonePacket(1, 440, "PCMU"));
	const lines = () => log.lines.join("\n");
	assert.match(lines(), /a client talks {"client":"one"}/);
	assert.equal(lines().match(/not heard.*"two"/g)?.length, 1);
	second.close();
	assert.equal(loudspeaker.busy, true);
	first.close();
	assert.equal(loudspeaker.busy, false);
	loudspeaker.open("three").packet(tonePacket(2, 440, "PCMU"));
	assert.match(lines(), /a client talks {"client":"three"}/);
});

test("who falls silent has finished, and nothing runs any more", async (t) => {
	const { loudspeaker } = start(t, { kind: "test" });
	const talk = loudspeaker.open("client");
	let n = 0;
	const says = () => {
		talk.packet(tonePacket(n++, 440, "PCMU"));
		return children() > 0;
	};
	await until(says, "it plays");
	await until(() => !loudspeaker.busy, "it is noticed");
	await until(() => children() === 0, "nothing runs");
	await until(says, "it plays again");
});

test("what is no sound that is offered starts nothing", async (t) => {
	const { loudspeaker } = start(t, { kind: "test" });
	const talk = loudspeaker.open("client");
	const aac = tonePacket(0, 440, "PCMU");
	aac.writeUInt8(97, 1);
	for (const packet of [
		aac,
		Buffer.alloc(0),
		Buffer.alloc(3),
		Buffer.alloc(4096),
	])
		talk.packet(packet);
	assert.equal(loudspeaker.busy, false);
});

test("a loudspeaker that is not there is told of once, and tried again", async (t) => {
	const { loudspeaker, log } = start(t, {
		kind: "alsa",
		device: "hw:CARD=NoCard",
	});
	const talk = loudspeaker.open("client");
	const warnings = () =>
		log.lines.filter((line) => /what is said is not heard/.test(line));
	let n = 0;
	const say = () => talk.packet(tonePacket(n++, 440, "PCMU"));
	await until(() => {
		say();
		return warnings().length > 0;
	}, "a warning");
	assert.match(
		warnings()[0] ?? "",
		/ALSA device hw:CARD=NoCard is not there.*aplay -L/,
	);
	await until(() => {
		say();
		return children() > 0;
	}, "another try");
	await until(() => children() === 0, "its end");
	assert.equal(warnings().length, 1);
});
