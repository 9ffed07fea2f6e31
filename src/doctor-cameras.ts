import type { CameraConfig } from "./config/load.ts";
import { examination } from "./doctor/examination.ts";
import { examine, type Finding, type Step, Trouble } from "./doctor/finding.ts";
import type { Patient } from "./doctor/patient.ts";
import { placeOf } from "./place.ts";
import { CannotStart } from "./system/cannot-start.ts";

type Findings = readonly Finding[];

/** The same for all cameras: told once, of the first. */
const ofHost: ReadonlySet<string> = new Set([
	"configuration",
	"clock",
	"users file",
]);
const lookMs = 1000;

/** Every check of every camera, one camera after the other; of several, the name of each finding begins with the token. */
export async function* examineCameras(patient: Patient): AsyncGenerator<Step> {
	const told = new Set<string>();
	const own = (camera: CameraConfig, findings: Findings) => {
		const fresh = findings.filter(({ name }) => !told.has(name));
		for (const { name } of fresh) if (ofHost.has(name)) told.add(name);
		return fresh.map((one) => ({ ...one, name: nameOf(one.name, camera) }));
	};
	for (const camera of patient.config.cameras) {
		for await (const { about, findings } of examineCamera(patient, camera)) {
			const renamed = findings.then((found) => own(camera, found));
			yield { about: nameOf(about, camera), findings: renamed };
			// Two cameras' trials at once would be in each other's way.
			await renamed;
		}
	}
}

function nameOf(name: string, { token }: CameraConfig): string {
	return token === undefined || ofHost.has(name) ? name : `${token}: ${name}`;
}

/** The camera by itself, at the address that its interface has. */
async function* examineCamera(
	patient: Patient,
	camera: CameraConfig,
): AsyncGenerator<Step> {
	let { network } = patient;
	let { http, rtsp, discovery } = camera;
	const { interface: own } = camera;
	if (own !== null) {
		const found = await examine("interface", lookMs, async () => {
			const place = placeOrTrouble(camera, patient);
			network = place.network;
			http = { ...http, host: place.httpHost };
			rtsp = { ...rtsp, host: place.rtspHost };
			discovery = { ...discovery, interfaces: [own] };
			return `${own} has ${place.address}, ${place.mac}`;
		});
		yield { about: "interface", findings: Promise.resolve([found]) };
		if (!found.ok) return;
	}
	const { cameras: _, warnings } = patient.config;
	const config = { ...camera, http, rtsp, discovery };
	yield* examination({
		...patient,
		network,
		config: { ...config, cameras: [camera], warnings },
	});
}

function placeOrTrouble(camera: CameraConfig, { network }: Patient) {
	try {
		return placeOf(camera, network);
	} catch (error) {
		if (!(error instanceof CannotStart)) throw error;
		throw new Trouble(
			error.message,
			`ip address show ${camera.interface}; docs/several-cameras.md makes one`,
		);
	}
}
