import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * A TCP port of this host for a program that starts later: until this process ends nobody else is given it by chance.
 * What holds it is a connection from it, which is no listener: the kernel refuses who comes too early, and lets a
 * server with SO_REUSEADDR, as nginx, Node and live555 are, listen beside it.
 */
export async function freePort(): Promise<number> {
	const door = createServer((socket) => socket.unref());
	door.listen(0, "127.0.0.1");
	await once(door, "listening");
	const address = door.address();
	if (typeof address !== "object" || !address) throw new Error("no port");
	const local = "127.0.0.1";
	const holder = connect({
		...{ port: address.port, host: local, localAddress: local },
	});
	await once(holder, "connect");
	holder.unref();
	door.close();
	if (holder.localPort === undefined) throw new Error("no port");
	return holder.localPort;
}
