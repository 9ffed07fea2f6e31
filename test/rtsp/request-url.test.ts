import assert from "node:assert/strict";
import test from "node:test";
import { readTarget } from "../../src/rtsp/request-url.ts";

const here = "10.0.0.1:8554";
const table: readonly [uri: string, shown: string | undefined][] = [
	["rtsp://h:8554/main", "main - rtsp://h:8554/main/"],
	["rtsp://h:8554/main/", "main - rtsp://h:8554/main/"],
	["RTSP://h/main", "main - rtsp://h/main/"],
	["rtsp://h/main/trackID=0", "main 0 rtsp://h/main/"],
	["rtsp://h/main/trackID=0/", "main 0 rtsp://h/main/"],
	["rtsp://h/main/stream=12", "main 12 rtsp://h/main/"],
	["rtsp://h/main//trackID=1", "main 1 rtsp://h/main/"],
	["rtsp://u:p@h/main", "main - rtsp://h/main/"],
	["rtsp://u:p%40@h/main?transport=tcp&x=1", "main - rtsp://h/main/"],
	["rtsp://h/main?x=1/trackID=0", "main 0 rtsp://h/main/"],
	["rtsp://[::1]:8554/main", "main - rtsp://[::1]:8554/main/"],
	["rtsp://[fe80::1%25eth0]/main", "main - rtsp://[fe80::1%25eth0]/main/"],
	["/main/trackID=0", `main 0 rtsp://${here}/main/`],
	["rtsp://h/a%20b%2Fc", "a b/c - rtsp://h/a%20b%2Fc/"],
	["rtsp://h/trackID=0", "trackID=0 - rtsp://h/trackID%3D0/"],
	["rtsp://h", " - rtsp://h//"],
	["rtsp://h/main/other", undefined],
	["rtsp://h/%", undefined],
	["rtsp://h/%ff", undefined],
	["rtsp://h/a%0d%0ab", undefined],
	["rtsp:///main", undefined],
	['rtsp://h"x/main', undefined],
	["rtsps://h/main", "main - rtsps://h/main/"],
	["http://h:8080/main/trackID=0", "main 0 http://h:8080/main/"],
	["ftp://h/main", undefined],
	["main", undefined],
];
for (const [uri, shown] of table)
	test(`${uri} is ${shown}`, () => {
		const target = readTarget(uri, here);
		assert.equal(
			target && `${target.profileToken} ${target.track ?? "-"} ${target.base}`,
			shown,
		);
	});
