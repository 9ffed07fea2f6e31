import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { type RunningService, startService } from "../helpers/service.ts";

describe("connections that nobody uses", () => {
	let service: RunningService;
	const sockets: Socket[] = [];
	before(async () => {
		service = await startService();
	});
	after(async () => {
		for (const socket of sockets) socket.destroy();
		await service.remove();
	});

	const open = async (text: string): Promise<Socket> => {
		const socket = connect(service.http, "127.0.0.1");
		sockets.push(socket);
		socket.on("error", () => {});
		socket.resume();
		await once(socket, "connect");
		socket.write(text);
		await new Promise((resolve) =>
			socket.once("data", resolve).once("close", resolve),
		);
		return socket;
	};

	test("600 of them at the HTTP port keep nobody from being served", async () => {
		const request = "GET /none HTTP/1.1\r\nHost: h\r\n\r\n";
		await Promise.all(Array.from({ length: 600 }, () => open(request)));
		await until(
			async () =>
				fetch(`${service.url}/none`).then(
					({ status }) => status === 404,
					() => false,
				),
			"somebody new is served",
		);
		await until(
			() =>
				/HTTP connection refused: too many/.test(service.stderr()) &&
				sockets.filter(({ destroyed }) => destroyed).length > 80,
			"those beyond what there is place for are closed",
		);
	});
});
