import assert from "node:assert/strict";
import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { fileOf, fixtures, messageOf, root } from "./config-file.ts";

const defaults = loadConfig(undefined, root);

for (const name of readdirSync(join(fixtures, "valid")))
	test(`valid/${name} loads`, () => {
		assert.equal(messageOf(join(fixtures, "valid", name)), "");
	});

const load = (name: string) => loadConfig(join(fixtures, "valid", name), root);

test("an empty file and a comment are the defaults", () => {
	assert.deepEqual(load("empty.yaml"), defaults);
	assert.deepEqual(load("comment.yaml"), defaults);
});

test("a source of one's own replaces the test picture", () => {
	assert.deepEqual(load("source-only.yaml").source, {
		kind: "v4l2",
		device: "/dev/v4l/by-id/usb-Camera_0001-video-index0",
		mediaController: { entity: null, device: null, busFormat: null },
	});
});

test("another camera is completed, and its password counts as one", (t) => {
	assert.deepEqual(load("rtsp.yaml").source, {
		kind: "rtsp",
		url: "rtsp://camera:8554/stream?channel=1",
		transport: "tcp",
		user: "ann",
		password: "se cret",
		verifyCertificate: true,
		original: null,
		passThrough: true,
	});
	assert.deepEqual(load("file.yaml").source, {
		kind: "file",
		path: "/srv/a film (2).mp4",
	});
	const url = fileOf(t, "source: { rtsp: { url: rtsp://a:b@camera/ } }", 0o644);
	assert.match(
		loadConfig(url).warnings.join(),
		/holds passwords and everybody/,
	);
});

test("sound is completed by what its encoding has", (t) => {
	const audioOf = (text: string) =>
		loadConfig(fileOf(t, `audio: { ${text} }`, 0o600)).audio;
	assert.equal(load("empty.yaml").audio, undefined, "no microphone");
	assert.deepEqual(audioOf("source: test"), {
		input: { kind: "test" },
		encoding: "G711",
		bitrateKbit: 64,
		sampleRateKHz: 8,
	});
	assert.deepEqual(load("rtsp.yaml").audio?.input, { kind: "camera" });
	assert.equal(load("file.yaml").audio, undefined);
	assert.deepEqual(audioOf("source: alsa, encoding: AAC"), {
		input: { kind: "alsa", device: "default" },
		encoding: "AAC",
		bitrateKbit: 32,
		sampleRateKHz: 16,
	});
});

test("a camera has a loudspeaker where its owner says so", (t) => {
	const talkOf = (text: string) =>
		loadConfig(fileOf(t, `audio: { ${text} }`, 0o600)).talk;
	assert.equal(load("empty.yaml").talk, undefined);
	assert.deepEqual(talkOf("output: test"), { kind: "test" });
	assert.deepEqual(talkOf("output: alsa"), { kind: "alsa", device: "default" });
});

test("a profile is completed, and the list replaces the default one", () => {
	assert.deepEqual(load("minimal-profile.yaml").profiles, [
		{
			token: "main",
			name: "main",
			encoding: "H264",
			width: 1920,
			height: 1080,
			frameRate: 25,
			bitrateKbit: 2000,
			govLength: 25,
			quality: 75,
			h264Profile: "Baseline",
			encoder: "auto",
			engine: "gstreamer",
			audio: true,
			osd: [],
		},
	]);
});

test("every key arrives", () => {
	const { cameras, ...config } = load("everything.yaml");
	const { warnings, ...own } = config;
	assert.deepEqual(cameras, [{ ...own, token: undefined, prefix: "" }]);
	assert.deepEqual(config, {
		stateDir: join(fixtures, "valid", "state"),
		usersDir: join(fixtures, "valid", "state"),
		name: "Front door",
		location: "Garden, north",
		device: {
			manufacturer: "PINE64",
			model: "PineCube",
			hardwareId: "1.0",
			serialNumber: "0012",
			reboot: "host",
		},
		interface: null,
		http: {
			port: 0,
			host: "127.0.0.1",
			publicUrl: "https://camera.example:8443",
			trustedProxies: ["127.0.0.1", "::1"],
		},
		rtsp: { port: 0, host: "::1", publicPort: 554 },
		https: { port: 443 },
		rtsps: { port: 322 },
		tls: {
			certificate: "/etc/onvifd/certificate.pem",
			key: "/etc/onvifd/key.pem",
		},
		users: [
			{
				name: "admin",
				password: "correct horse battery",
				level: "Administrator",
			},
			{
				name: "jürgen müller",
				password: "  spaces stay: #1 ",
				level: "Operator",
			},
			{ name: "frigate", password: "12345678", level: "User" },
		],
		auth: { passwordText: true, basic: "always", clockSkewSeconds: 3600 },
		source: { kind: "test", pattern: "smpte", clock: false },
		audio: {
			input: { kind: "alsa", device: "plughw:CARD=Mic,DEV=0" },
			encoding: "AAC",
			bitrateKbit: 96,
			sampleRateKHz: 48,
		},
		talk: { kind: "alsa", device: "plughw:CARD=Door,DEV=0" },
		profiles: [
			{
				token: "only.one_-",
				name: "The picture",
				encoding: "H264",
				width: 640,
				height: 480,
				frameRate: 25,
				bitrateKbit: 1000,
				govLength: 50,
				quality: 100,
				h264Profile: "High",
				encoder: "openh264enc",
				engine: "gstreamer",
				audio: false,
				osd: [
					{
						position: "LowerRight",
						type: "DateAndTime",
						plainText: null,
						dateFormat: "dddd, MMMM dd, yyyy",
						timeFormat: "h:mm:ss tt",
						fontSize: 72,
						fontColor: "#FFcc00",
						backgroundColor: "#000000",
					},
					{
						position: "Custom",
						pos: { x: -0.25, y: 1 },
						type: "Plain",
						plainText: '100 % "Garden" & <Höf> \\ !',
						dateFormat: "yyyy-MM-dd",
						timeFormat: "HH:mm:ss",
						fontSize: 16,
						fontColor: "#ffffff",
						backgroundColor: null,
					},
				],
			},
		],
		multicast: { interfaces: ["eth1"] },
		push: [
			{
				profile: "only.one_-",
				url: "rtp://[ff15::1]:5004",
				ttl: 5,
				interface: "eth0",
				sdp: "/run/main.sdp",
			},
		],
		rtpOverTcp: [
			{ profile: "only.one_-", host: "::", port: 1234, media: "audio" },
		],
		discovery: {
			wsDiscovery: false,
			mdns: false,
			interfaces: ["eth0", "wlan0"],
			mode: "NonDiscoverable",
		},
		hls: { secret: "Ys3-a_secret_word" },
		log: { level: "warn" },
		warnings,
	});
});

test("state is kept where the system keeps it for this user", () => {
	const home = "/home/ann";
	const stateDir = (uid: number | undefined, stateHome?: string) =>
		loadConfig(undefined, { uid, home, stateHome }).stateDir;
	assert.equal(stateDir(0, "/x"), "/var/lib/onvifd");
	assert.equal(stateDir(1000), "/home/ann/.local/state/onvifd");
	assert.equal(stateDir(1000, "/state"), "/state/onvifd");
	assert.equal(stateDir(1000, "relative"), "/home/ann/.local/state/onvifd");
});

test("a file with passwords that everybody can read, and what is not wise, give warnings without the passwords", (t) => {
	const text = [
		"users: [{ name: a, password: s3cret, level: User }]",
		"profiles: [{ token: j, encoding: JPEG, width: 640, height: 360 }]",
	].join("\n");
	const path = fileOf(t, text, 0o644);
	assert.deepEqual(loadConfig(path).warnings, [
		`${path}: users[0].password: is short; 8 characters and more resist guessing`,
		`${path}: users: none is an Administrator; clients cannot change settings or users`,
		`${path}: profiles: none is H264; Home Assistant and others need one`,
		`${path}: holds passwords and everybody on this machine can read it; chmod 600 ${path}`,
	]);
	chmodSync(path, 0o600);
	assert.equal(loadConfig(path).warnings.length, 3);
	assert.deepEqual(loadConfig(fileOf(t, "name: x", 0o644)).warnings, []);
});
