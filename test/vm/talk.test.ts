import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { guestPatienceMs } from "../helpers/patience.ts";
import { fromMuLaw, sayToneUntil } from "../helpers/talk.ts";
import { toneOf } from "../helpers/tone.ts";
import { header, RtspClient } from "../rtsp/rtsp-client.ts";
import {
	type GuestService,
	rtspPort,
	startGuestService,
} from "./guest-service.ts";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;

const user = {
	name: "admin",
	password: "correct horse 7",
	level: "Administrator",
};
const Require = "www.onvif.org/ver20/backchannel";
/** Seconds of 8 kHz that are looked at. */
const listened = 1;

describe("a sound card whose loudspeaker is heard by its microphone", {
	skip,
}, () => {
	let vm: Vm;
	let service: GuestService;

	before(async () => {
		vm = await startVm({ ports: [rtspPort] });
		await vm.must("modprobe snd-aloop && [ -e /dev/snd/pcmC0D0p ]");
		service = await startGuestService(vm, {
			users: [user],
			profiles: [
				{
					token: "main",
					encoding: "JPEG",
					width: 160,
					height: 96,
					frameRate: 1,
				},
			],
			audio: {
				source: "alsa",
				device: "plughw:CARD=Loopback,DEV=1",
				output: "alsa",
				outputDevice: "plughw:CARD=Loopback,DEV=0",
			},
		});
	});
	after(() => vm?.stop());

	test("what a client says is what it hears", async (t) => {
		const url = `rtsp://127.0.0.1:${vm.port(rtspPort)}/main`;
		const client = await RtspClient.connect(t, vm.port(rtspPort));
		client.login = { user: user.name, password: user.password };
		let Session = "";
		for (const [track, channels] of [
			[1, "0-1"],
			[99, "2-3"],
		] as const) {
			const setup = await client.request("SETUP", `${url}/trackID=${track}`, {
				Transport: `RTP/AVP/TCP;unicast;interleaved=${channels}`,
				...(Session && { Session }),
				Require,
			});
			assert.equal(setup.status, 200, setup.text);
			Session = header(setup, "session").split(";")[0] ?? "";
		}
		const play = await client.request("PLAY", url, { Session, Require });
		assert.equal(play.status, 200, play.text);
		const heard = () =>
			client.packets
				.filter(({ channel }) => channel === 0)
				.map(({ data }) => fromMuLaw(data.subarray(12)));
		/** The last of what was heard; -1 for none, and for silence. */
		const tone = () => {
			const pcm = Buffer.concat(heard()).subarray(-listened * 16_000);
			try {
				return toneOf(pcm, 8000);
			} catch {
				return -1;
			}
		};
		await until(
			() => heard().length > 50,
			"the microphone is open",
			guestPatienceMs,
		);
		assert.equal(tone(), -1, "nobody talks");
		// One tone without a break: turns that begin anew with the same numbers would be late packets to whoever plays them.
		const right = () => Math.abs(tone() - 1000) <= 10;
		const found = await sayToneUntil(
			right,
			(packet) => {
				const head = Buffer.from([0x24, 2, 0, 0]);
				head.writeUInt16BE(packet.length, 2);
				client.raw(Buffer.concat([head, packet]));
			},
			{ hertz: 1000, law: "PCMU" },
		);
		assert.ok(found, `${tone()} Hz; the service: ${await service.said()}`);
		await client.request("TEARDOWN", url, { Session, Require });
		await vm.must(
			"until ! pgrep -x gst-launch-1.0 >/dev/null; do sleep 0.2; done",
		);
		const said = await service.said();
		assert.match(said, /a client talks/);
		assert.doesNotMatch(said, /is not heard/);
	});
});
