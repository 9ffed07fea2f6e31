import assert from "node:assert/strict";
import { ip } from "../discovery/namespaces.ts";
import { patienceMs } from "../helpers/patience.ts";
import { run } from "../helpers/run.ts";

/** The IPv6 address of the host on which a file of tests runs itself; undefined on this host. */
export const ownHost = process.env.ONVIFD_TEST_HOST;

/** Runs a file of tests on a host of its own, with IPv6 beside the loopback, which has no groups; all that `cases` names must pass. */
export async function runOnOwnHost(
	file: string,
	cases: readonly string[],
): Promise<void> {
	const name = `onvifd-${process.pid}-six`;
	ip("netns", "add", name);
	try {
		ip("-n", name, "link", "set", "lo", "up");
		// Nobody need be at the other end, but it has to be there.
		const cable = ["type", "veth", "peer", "name", "eth1"];
		ip("-n", name, "link", "add", "eth0", ...cable);
		ip("-n", name, "link", "set", "eth1", "up");
		const address = ["addr", "add", "fd94::1/64", "dev", "eth0", "nodad"];
		ip("-n", name, ...address);
		ip("-n", name, "link", "set", "eth0", "up");
		const { code, stdout, stderr } = await run(
			"ip",
			[
				...["netns", "exec", name, "env", "-u", "NODE_TEST_CONTEXT"],
				...["ONVIFD_TEST_HOST=fd94::1", process.execPath],
				...["--import", "tsx", file],
			],
			// Each of its cases may take as long as a test may.
			(cases.length + 1) * patienceMs,
		);
		assert.equal(code, 0, `${stdout}${stderr}`);
		for (const id of cases)
			assert.match(
				stdout.toString(),
				new RegExp(`(?<!not )(ok \\d+ -|✔) ${id}`),
			);
	} finally {
		ip("netns", "del", name);
	}
}
