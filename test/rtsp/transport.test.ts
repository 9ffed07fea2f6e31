import assert from "node:assert/strict";
import test from "node:test";
import { chooseTransport } from "../../src/rtsp/transport.ts";

const table: readonly [header: string, shown: string][] = [
	["RTP/AVP/TCP;unicast;interleaved=0-1", "interleaved 0,1"],
	["RTP/AVP/TCP;interleaved=4-5", "interleaved 4,5"],
	["RTP/AVP/TCP;unicast;interleaved=6", "interleaved 6,7"],
	["RTP/AVP/TCP;unicast", "interleaved any"],
	["RTP/AVP/TCP;unicast;interleaved=255", "malformed"],
	["RTP/AVP/TCP;unicast;interleaved=256-257", "malformed"],
	["RTP/AVP/TCP;unicast;interleaved=1-1", "malformed"],
	["RTP/AVP;unicast;client_port=5000-5001", "udp 5000,5001"],
	[
		'rtp/avp/udp ; unicast ; client_port=5000-5001;mode="PLAY"',
		"udp 5000,5001",
	],
	["RTP/AVP/UDP;unicast;client_port=5000", "udp 5000,5001"],
	["RTP/AVP;unicast;destination=8.8.8.8;client_port=7-8", "udp 7,8"],
	["RTP/AVP;unicast;client_port=0-1", "malformed"],
	["RTP/AVP;unicast;client_port=65535", "malformed"],
	["RTP/AVP;unicast;client_port=70000-70001", "malformed"],
	["RTP/AVP;unicast", "malformed"],
	["RTP/AVP;multicast", "multicast any any"],
	["RTP/AVP/UDP;multicast;mode=play", "multicast any any"],
	["RTP/AVP;multicast;client_port=5000-5001", "multicast any 5000"],
	[
		"RTP/AVP;multicast;destination=239.1.2.3;port=5000-5001;ttl=16",
		"multicast 239.1.2.3 5000",
	],
	["RTP/AVP;multicast;destination=ff15::1;port=5000", "multicast ff15::1 5000"],
	["RTP/AVP;multicast;destination=192.0.2.1;port=5000-5001", "unsupported"],
	["RTP/AVP;multicast;destination=::1;port=5000-5001", "unsupported"],
	["RTP/AVP;multicast;destination=nonsense", "unsupported"],
	["RTP/AVP;multicast;port=5000-5007", "unsupported"],
	["RTP/AVP;multicast;port=0-1", "malformed"],
	["RTP/AVP;multicast;port=65535", "malformed"],
	["RTP/AVP/TCP;multicast;interleaved=0-1", "unsupported"],
	["RTP/AVP/TCP;unicast;interleaved=0-1;mode=record", "unsupported"],
	["RTP/SAVP;unicast;client_port=5000-5001", "unsupported"],
	["RTP/AVP;multicast,RTP/AVP/TCP;interleaved=2-3", "multicast any any"],
	["RTP/AVP;client_port=6-7,RTP/AVP/TCP;interleaved=2-3", "udp 6,7"],
	["", "malformed"],
];
for (const [header, shown] of table)
	test(`Transport: ${header} is ${shown}`, () => {
		assert.equal(text(chooseTransport(header)), shown);
	});

function text(chosen: ReturnType<typeof chooseTransport>): string {
	if (typeof chosen === "string") return chosen;
	if (chosen.kind === "udp") return `udp ${chosen.clientPorts}`;
	if (chosen.kind === "interleaved")
		return `interleaved ${chosen.channels ?? "any"}`;
	const { address = "any", port = "any" } = chosen;
	return `multicast ${address} ${port}`;
}
