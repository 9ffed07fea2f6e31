import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { hostClock, posixTimeZone } from "../../src/system/host-clock.ts";
import { hostFacts } from "../../src/system/host-identity.ts";
import { hostReboot } from "../../src/system/host-reboot.ts";

async function host(
	t: TestContext,
	files: Readonly<Record<string, string>>,
): Promise<string> {
	const root = await mkdtemp(join(tmpdir(), "onvifd-host-"));
	t.after(() => rm(root, { recursive: true }));
	for (const [path, text] of Object.entries(files)) {
		await mkdir(dirname(join(root, path)), { recursive: true });
		await writeFile(join(root, path), text);
	}
	return root;
}

test("a board's device tree names it", async (t) => {
	const root = await host(t, {
		"etc/machine-id": "0123456789abcdef0123456789abcdef\n",
		"proc/device-tree/model": "PINE64 PineCube\0",
		"proc/device-tree/serial-number": "02c000420a1b2c3d\0",
	});
	assert.deepEqual(hostFacts(root), {
		machineId: "0123456789abcdef0123456789abcdef",
		serialNumber: "02c000420a1b2c3d",
		hardwareId: "PINE64 PineCube",
	});
});

test("a PC's DMI names it, except where its maker forgot", async (t) => {
	const root = await host(t, {
		"sys/class/dmi/id/sys_vendor": "Dell Inc.\n",
		"sys/class/dmi/id/product_name": "To Be Filled By O.E.M.\n",
		"sys/class/dmi/id/product_serial": "Default string\n",
	});
	assert.deepEqual(hostFacts(root), {
		machineId: undefined,
		serialNumber: undefined,
		hardwareId: "Dell Inc.",
	});
});

test("a host that says nothing has at least an architecture", async (t) => {
	assert.equal(hostFacts(await host(t, {})).hardwareId, process.arch);
});

test("the time zone is the zone file's rule, TZ's rule, or UTC", async (t) => {
	const berlin = "TZif2...\nCET-1CEST,M3.5.0,M10.5.0/3\n";
	const root = await host(t, {
		"etc/localtime": berlin,
		"usr/share/zoneinfo/Asia/Kolkata": "TZif2...\nIST-5:30\n",
	});
	assert.equal(posixTimeZone(undefined, root), "CET-1CEST,M3.5.0,M10.5.0/3");
	assert.equal(posixTimeZone(":Asia/Kolkata", root), "IST-5:30");
	assert.equal(posixTimeZone("<+07>-7", root), "<+07>-7");
	assert.equal(posixTimeZone("Nowhere/City", root), "UTC0");
	assert.equal(posixTimeZone("", root), "UTC0");
	assert.equal(posixTimeZone(undefined, await host(t, {})), "UTC0");
});

test("NTP is what a running time service makes of the clock", async (t) => {
	let monotonic = 0;
	const clock = { now: () => 0, monotonic: () => monotonic };
	const root = await host(t, {});
	const manual = hostClock(clock, "UTC0", root);
	assert.equal(manual.source, "Manual");
	await mkdir(join(root, "run/systemd/timesync"), { recursive: true });
	await writeFile(join(root, "run/systemd/timesync/synchronized"), "");
	assert.equal(manual.source, "Manual");
	monotonic = 5000;
	assert.equal(manual.source, "NTP");
});

test("daylight saving is told in both hemispheres", async () => {
	const script = `
		const { hostClock } = await import("./src/system/host-clock.ts");
		const c = hostClock({ now: () => 0, monotonic: () => 0 });
		const months = [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)];
		console.log(JSON.stringify(months.map((m) => [c.utcOffset(m), c.daylightSavings(m)])));`;
	const seen = async (TZ: string) => {
		const { stdout } = await promisify(execFile)(
			process.execPath,
			["--import", "tsx", "--input-type=module", "-e", script],
			{ env: { ...process.env, TZ } },
		);
		return JSON.parse(stdout) as unknown;
	};
	assert.deepEqual(await seen("Europe/Berlin"), [
		[60, false],
		[120, true],
	]);
	assert.deepEqual(await seen("Australia/Sydney"), [
		[660, true],
		[600, false],
	]);
});

test("a reboot answers first, says goodbye, then tries what the host has", async () => {
	const order: string[] = [];
	const log = {
		info: () => {},
		warn: (message: string) => void order.push(message),
		error: (message: string) => void order.push(message),
	};
	const rebooted = new EventEmitter();
	const done = once(rebooted, "done");
	const reboot = hostReboot({
		delayMs: 1,
		log,
		farewell: () => {
			order.push("farewell");
			return Promise.reject(new Error("no network"));
		},
		run: async (file, args) => {
			order.push([file, ...args].join(" "));
			if (file === "reboot") rebooted.emit("done");
			const code = file === "reboot" ? 0 : 127;
			return { code, signal: undefined, stderr: "", asked: false };
		},
	});
	// The reboot's own timer keeps nothing alive.
	const hold = setInterval(() => {}, 1000);
	order.push(await reboot());
	await reboot();
	await done;
	clearInterval(hold);
	assert.deepEqual(order, [
		"Rebooting in 0.001 seconds",
		"farewell",
		"no farewell before the reboot",
		"systemctl reboot",
		"the host did not reboot",
		"reboot",
	]);
});
