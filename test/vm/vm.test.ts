import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { guestPatienceMs } from "../helpers/patience.ts";
import { prepareVm, startVm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;

test("a job's exit status is the machine's", { skip }, async (t) => {
	const vm = await startVm({
		job: "until [ -e go ]; do sleep 0.2; done; echo the job says hello; exit 7",
	});
	t.after(() => vm.stop());
	await writeFile(join(vm.share, "go"), "");
	await vm.console.waitFor("the job says hello", guestPatienceMs);
	assert.equal(await vm.exited, 7);
	await assert.rejects(
		vm.console.waitFor("more", guestPatienceMs),
		/ended with status 7, without "more"/,
	);
	await assert.rejects(vm.run("true"), /the virtual machine ended/);
});

test("a machine that overstays is ended", { skip }, async (t) => {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-vm-"));
	t.after(() => rm(folder, { recursive: true }));
	await writeFile(join(folder, "job.sh"), "exec sleep infinity\n");
	const script = fileURLToPath(new URL("vm.sh", import.meta.url));
	const ran = await execa("sh", [script, "run", folder], {
		env: { VM_SECONDS: "3" },
		reject: false,
		stdin: "ignore",
	});
	assert.equal(ran.exitCode, 124);
	const processes = await execa("ps", ["-eo", "args"]);
	assert.ok(!processes.stdout.includes(folder), "qemu is gone");
});

test("commands run side by side and cannot change the host", {
	skip,
}, async (t) => {
	const vm = await startVm({ ports: [9000] });
	t.after(() => vm.stop());
	const slow = vm.run("until [ -e /host/go ]; do sleep 0.2; done; echo went");
	const failed = await vm.run("echo out; echo err >&2; exit 3");
	assert.deepEqual(failed, { exitCode: 3, stdout: "out\n", stderr: "err\n" });
	await writeFile(join(vm.share, "go"), "");
	assert.equal((await slow).stdout, "went\n");
	await assert.rejects(vm.must("echo sorry >&2; false"), /status 1 .*\nsorry/);

	const own = import.meta.filename;
	await vm.must(`echo changed >/etc/hostname; touch /etc/of-the-guest`);
	await assert.rejects(vm.must(`echo changed >>'${own}'`), /[Rr]ead-only/);
	await assert.rejects(readFile("/etc/of-the-guest"), { code: "ENOENT" });

	const server = vm.run(
		`node -e 'require("http").createServer((q, a) => a.end("here", () => process.exit(0))).listen(9000, () => console.error("listening"))' 2>/host/served`,
	);
	await vm.must("until [ -s /host/served ]; do sleep 0.2; done");
	const answer = await fetch(`http://127.0.0.1:${vm.port(9000)}/`);
	assert.equal(await answer.text(), "here");
	assert.equal((await server).exitCode, 0);

	await vm.stop();
	const processes = await execa("ps", ["-eo", "args"]);
	assert.ok(!processes.stdout.includes(vm.share), "qemu is gone");
	await assert.rejects(readFile(join(vm.share, "job.sh")), { code: "ENOENT" });
});
