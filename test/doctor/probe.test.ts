import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { probe } from "../../src/doctor/probe.ts";

const endpointReference = "urn:uuid:11111111-2222-3333-4444-555555555555";
const xaddr = "http://127.0.0.1:1/onvif/device_service";

/** A device in a thread of its own: says its port, tells in `state` of a probe (1), answers once it may (2), and tells of that (3). */
const device = `
	const { parentPort, workerData: { state, endpointReference, xaddr } } = require("node:worker_threads");
	const socket = require("node:dgram").createSocket("udp4");
	const tell = (what) => { Atomics.store(state, 0, what); Atomics.notify(state, 0); };
	socket.once("message", (probe, { port, address }) => {
		const id = /MessageID>([^<]*)</.exec(probe)[1];
		tell(1);
		Atomics.wait(state, 0, 1);
		const answer = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header><a:RelatesTo>' + id + '</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>' + endpointReference + '</a:Address></a:EndpointReference><d:XAddrs>' + xaddr + '</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>';
		socket.send(answer, port, address, () => { socket.close(); tell(3); });
	});
	socket.bind(0, "127.0.0.1", () => parentPort.postMessage(socket.address().port));
`;

test("an answer that came while this process was busy is one", async (t) => {
	const state = new Int32Array(new SharedArrayBuffer(4));
	const worker = new Worker(device, {
		eval: true,
		workerData: { state, endpointReference, xaddr },
	});
	t.after(() => worker.terminate());
	const [port] = await once(worker, "message");
	t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
	const found = probe({
		from: "127.0.0.1",
		to: "127.0.0.1",
		port,
		endpointReference,
		limitMs: 2500,
	});
	while (Atomics.load(state, 0) !== 1) await turn();
	Atomics.store(state, 0, 2);
	Atomics.notify(state, 0);
	Atomics.wait(state, 0, 2);
	t.mock.timers.tick(2500);
	assert.deepEqual(await found, [xaddr]);
});
