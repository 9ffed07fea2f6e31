import { createSocket } from "node:dgram";

/** `group port address count`: listens at an IPv4 group by the host's address; prints how many of so many RTP packets came more than once. */
const [group = "", port = "", address = "", count = ""] = process.argv.slice(2);
const socket = createSocket({ type: "udp4", reuseAddr: true });
const seen = new Set<number>();
let packets = 0;
socket.on("message", (packet) => {
	seen.add(packet.readUInt16BE(2));
	if (++packets < Number(count)) return;
	process.stdout.write(String(packets - seen.size));
	socket.close();
});
socket.bind(Number(port), group, () => socket.addMembership(group, address));
