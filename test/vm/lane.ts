// The files that ONVIFD_VM_TESTS names, a line each, one after the other in one process: see scripts/run-tests.ts.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const files = (process.env.ONVIFD_VM_TESTS ?? "").split("\n").filter(Boolean);
for (const file of files) await import(pathToFileURL(resolve(file)).href);
