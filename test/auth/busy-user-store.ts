/** Changes the users of the folder in argv for ever, a line a change, until it is killed. */
import { openUserStore } from "../../src/auth/user-store.ts";

const stateDir = process.argv[2] ?? "";
const log = { info() {}, warn() {}, error() {} };
const store = await openUserStore({ stateDir, configured: [], log });
await store.delete(["busy"]);
for (let turn = 0; ; turn += 1) {
	const user = { username: "busy", password: "OnvifTest123" } as const;
	const results = [
		await store.create([{ ...user, level: "User" }]),
		await store.delete(["busy"]),
	];
	for (const { ok } of results) console.log(`${turn} ${ok}`);
}
