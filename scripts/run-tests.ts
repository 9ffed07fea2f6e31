// node --import tsx scripts/run-tests.ts FILE...
// As `node --test`, but that the files of the virtual machine, of which there is one at a time, are one lane beside
// the others instead of lanes that wait for each other. It begins first: it is the longest.
import { run } from "node:test";
import { spec, tap } from "node:test/reporters";

/** Two keep two processors busy; the third waits for the virtual machine most of the time. */
const lanes = 3;
const ofTheMachine = /(^|\/)test\/vm\/[^/]+\.test\.ts$/;

const named = process.argv.slice(2);
const machine = named.filter((file) => ofTheMachine.test(file));
const others = named.filter((file) => !machine.includes(file));
process.env.ONVIFD_VM_TESTS = machine.join("\n");

const events = run({
	files: [...(machine.length > 0 ? ["test/vm/lane.ts"] : []), ...others],
	concurrency: lanes,
});
events.on("test:fail", ({ todo }) => {
	if (todo === undefined) process.exitCode = 1;
});
const reporter = process.stdout.isTTY ? new spec() : tap;
events.compose(reporter).pipe(process.stdout);
