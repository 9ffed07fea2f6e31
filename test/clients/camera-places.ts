import assert from "node:assert/strict";
import { administrator, type RunningService } from "../helpers/service.ts";

const login = `${administrator.name}:${encodeURIComponent(administrator.password)}`;

/** Where one of several cameras is: `http://host:port`, `rtsp://name:password@host:port`. */
export interface Place {
	readonly http: string;
	readonly rtsp: string;
}

/** Where each camera is, by what the service says at its start. */
export function placesOf(service: RunningService): [Place, Place] {
	const all = (form: RegExp) => [
		...new Set([...service.stdout().matchAll(form)].map(([, port]) => port)),
	];
	const http = all(/ONVIF +http:\/\/127\.0\.0\.1:(\d+)\//g);
	const rtsp = all(/rtsp:\/\/127\.0\.0\.1:(\d+)\//g);
	assert.deepEqual([http.length, rtsp.length], [2, 2], service.stdout());
	const place = (index: number): Place => ({
		http: `http://127.0.0.1:${http[index]}`,
		rtsp: `rtsp://${login}@127.0.0.1:${rtsp[index]}`,
	});
	return [place(0), place(1)];
}
