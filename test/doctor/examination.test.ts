import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { checkClock } from "../../src/doctor/clock.ts";
import { checkDiscoveryPorts } from "../../src/doctor/discovery-ports.ts";
import { examination } from "../../src/doctor/examination.ts";
import { examine, Trouble } from "../../src/doctor/finding.ts";
import { checkPrograms } from "../../src/doctor/programs.ts";
import { lineOf } from "../../src/doctor/report.ts";
import { systemClock } from "../../src/system/clock.ts";
import { hostClock } from "../../src/system/host-clock.ts";
import { settings, Workshop, wrong } from "./doctor-program.ts";
import { patientOf } from "./patient.ts";

const clockAt = (now: number) => ({ ...systemClock, now: () => now });

test("a clock that starts in 1970 is named", async () => {
	const workshop = new Workshop();
	try {
		const patient = patientOf(workshop.write(await settings()), {
			clock: clockAt(86_400_000),
		});
		const steps = examination(patient).map(({ findings }) => findings);
		const found = (await Promise.all(steps)).flat();
		assert.deepEqual(wrong(found), ["clock", "service"]);
		const clock = found.find(({ name }) => name === "clock");
		assert.equal(clock?.detail, "the clock says 1970-01-02T00:00:00.000Z");
		assert.match(clock?.remedy ?? "", /^timedatectl set-ntp true/);
	} finally {
		workshop.remove();
	}
});

test("a clock that nobody keeps gets advice, one that is kept does not", () => {
	const clock = clockAt(Date.UTC(2030, 0, 1));
	const kept = (source: "NTP" | "Manual") =>
		checkClock(
			patientOf(undefined, {
				clock,
				hostClock: { ...hostClock(clock), source },
			}),
		);
	assert.equal(kept("NTP"), "2030-01-01T00:00:00Z, kept by a time service");
	const health = kept("Manual");
	assert.ok(typeof health === "object");
	assert.match(health.advice, /apt-get install systemd-timesyncd/);
});

test("a program that keeps discovery's port to itself is found out", async () => {
	const socket = createSocket("udp4").bind(0);
	await once(socket, "listening");
	const discoveryPort = socket.address().port;
	try {
		await assert.rejects(
			checkDiscoveryPorts(patientOf(undefined, { discoveryPort })),
			{
				name: "Trouble",
				message: `a program keeps UDP port ${discoveryPort} (EADDRINUSE) to itself: clients cannot discover the camera`,
				remedy: `ss -lunp 'sport = :${discoveryPort}' tells which; stop it, or let it share the port`,
			},
		);
	} finally {
		socket.close();
	}
});

test("programs that are missing are named with their packages", () => {
	assert.throws(
		() => checkPrograms(patientOf(undefined, { path: "/nowhere" })),
		(error) => {
			assert.ok(error instanceof Trouble);
			assert.equal(
				error.message,
				"not on the PATH: gst-launch-1.0, gst-inspect-1.0, setpriv",
			);
			assert.equal(
				error.remedy,
				"apt-get install gstreamer1.0-tools util-linux",
			);
			return true;
		},
	);
});

test("a check that hangs ends in its time, and is told so", async () => {
	let told = false;
	const finding = await examine("slow", 20, (signal) => {
		signal.addEventListener("abort", () => {
			told = true;
		});
		return new Promise(() => {});
	});
	assert.equal(finding.ok, false);
	assert.equal(finding.detail, "no result within 0.02 s");
	assert.equal(told, true);
});

test("an answer that came in time counts, though the processor was away when its time was up", async () => {
	const [socket, other] = [createSocket("udp4"), createSocket("udp4")];
	await once(socket.bind(0, "127.0.0.1"), "listening");
	other.connect(socket.address().port, "127.0.0.1");
	await once(other, "connect");
	try {
		const finding = await examine("slow", 20, async () => {
			const answer = once(socket, "message");
			other.send("here");
			for (const end = performance.now() + 50; performance.now() < end; );
			await answer;
			return "answered";
		});
		assert.equal(finding.detail, "answered");
	} finally {
		socket.close();
		other.close();
	}
});

test("strangers' words cannot forge lines", async () => {
	const finding = await examine("port", 1000, () =>
		Promise.reject(new Trouble("held by x\nok    all\u001b[2J", "kill\n1")),
	);
	assert.equal(finding.detail, "held by x ok    all [2J");
	assert.equal(lineOf(finding).match(/\n/g)?.length, 2);
});
