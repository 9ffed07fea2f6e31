import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../../helpers/media.ts";
import {
	freePort,
	freeUdpPorts,
	ownAddress,
} from "../../helpers/own-address.ts";
import { run } from "../../helpers/run.ts";
import { administrator, startService } from "../../helpers/service.ts";

test("a service pushes, says how it does, gives the SDP to users alone, and RTP over TCP to anybody", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-push-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const [port, tcpPort] = [await freeUdpPorts(4), await freePort()];
	const service = await startService({
		config: {
			audio: { source: "test" },
			profiles: [
				{
					token: "main",
					encoding: "H264",
					width: 320,
					height: 240,
					frameRate: 10,
				},
			],
			rtpOverTcp: [{ profile: "main", host: ownAddress, port: tcpPort }],
			push: [
				{ profile: "main", url: `rtp://${ownAddress}:${port}` },
				{ profile: "main", url: `rtp://no-such-host.invalid:${port}` },
			],
		},
	});
	t.after(() => service.remove());
	const get = (path: string) =>
		run("curl", [
			...["-s", "--digest", "-u"],
			`${administrator.name}:${administrator.password}`,
			`${service.url}${path}`,
		]).then(({ stdout }) => stdout.toString());
	const anonymous = await fetch(`${service.url}/push/1.sdp`);
	assert.equal(anonymous.status, 401);
	const sdp = await get("/push/1.sdp");
	assert.match(sdp, new RegExp(`m=video ${port} RTP/AVP 96`));
	assert.match(sdp, new RegExp(`m=audio ${port + 2} RTP/AVP 0`));
	assert.match(await get("/push/3.sdp"), /no such push/);
	assert.match(await get("/push/2.sdp"), /does not resolve/);
	const file = join(folder, "main.sdp");
	writeFileSync(file, sdp);
	const { code, stdout, stderr } = await run("ffmpeg", [
		...["-v", "error", "-protocol_whitelist", "file,udp,rtp"],
		...["-localaddr", ownAddress, "-i", file],
		...["-map", "0:v", "-frames:v", "10", "-f", "rawvideo"],
		...["-pix_fmt", "gray", "-"],
	]);
	assert.equal(code, 0, stderr);
	assert.equal(stdout.length, 10 * 320 * 240);
	const rtp = "media=video,encoding-name=H264,clock-rate=90000,payload=96";
	const line = `-q tcpclientsrc host=${ownAddress} port=${tcpPort} ! application/x-rtp-stream,${rtp} ! rtpstreamdepay ! application/x-rtp,${rtp} ! rtph264depay ! avdec_h264 ! videoconvert ! video/x-raw,format=GRAY8 ! identity eos-after=11 ! fdsink fd=1`;
	const read = await run("gst-launch-1.0", line.split(" "));
	assert.equal(read.code, 0, read.stderr);
	assert.ok(read.stdout.length >= 10 * 320 * 240);
	let status = "";
	await until(async () => {
		status = await get("/push");
		return /does not resolve/.test(status);
	}, "the other one is told of");
	const [one, other] = JSON.parse(status);
	assert.equal(one.profile, "main");
	assert.equal(other.url, `rtp://no-such-host.invalid:${port}`);
	assert.ok(["waiting", "connecting"].includes(other.state));
	const stopped = await service.stop();
	assert.equal(stopped.code, 0);
	assert.equal(
		service.stderr().match(/push failed.*invalid/g)?.length,
		1,
		service.stderr(),
	);
});
