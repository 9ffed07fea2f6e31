// A viewer in a process of its own, to be stopped: `node --import tsx stopped-viewer.ts URL`. Says "playing" once.
import { LiveClient } from "./live-client.ts";

const client = new LiveClient(process.argv[2] ?? "");
await client.has(1);
process.stdout.write("playing\n");
