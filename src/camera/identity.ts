import { createHash, randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { replaceFile } from "../system/replace-file.ts";
import { readIfThere } from "./read-if-there.ts";
import type { DeviceIdentity } from "./types.ts";

/** What the host knows of itself; undefined for what it does not tell. */
export interface HostIdentity {
	/** /etc/machine-id. */
	readonly machineId: string | undefined;
	readonly serialNumber: string | undefined;
	/** The board or the machine, for people: "PINE64 PineCube". */
	readonly hardwareId: string;
}

export interface Maker {
	readonly manufacturer: string;
	readonly model: string;
	readonly firmwareVersion: string;
}

/**
 * Who this device is. The endpoint reference (WS-Discovery, 2.6) is made once, out of machine-id and
 * `stateDir` (so that two services on one host differ) or at random, and kept in `stateDir`/uuid, so
 * that NVRs know the camera again after its host was renamed or set up anew around the same state.
 */
export async function loadIdentity(
	stateDir: string,
	host: HostIdentity,
	maker: Maker,
): Promise<DeviceIdentity> {
	const uuid = await keptUuid(stateDir, host.machineId);
	return {
		...maker,
		hardwareId: host.hardwareId,
		serialNumber:
			host.serialNumber ?? uuid.replaceAll("-", "").slice(0, 12).toUpperCase(),
		endpointReference: `urn:uuid:${uuid}`,
	};
}

const uuidFile = (stateDir: string) => join(stateDir, "uuid");
const uuidForm = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

async function keptUuid(
	stateDir: string,
	machineId: string | undefined,
): Promise<string> {
	const kept = await readUuid(stateDir);
	if (kept !== undefined) return kept;
	const uuid = madeUuid(stateDir, machineId);
	await replaceFile(uuidFile(stateDir), `${uuid}\n`);
	return uuid;
}

/** The kept uuid; undefined where none is, or what is there is none. */
async function readUuid(stateDir: string): Promise<string | undefined> {
	const kept = (await readIfThere(uuidFile(stateDir)))?.trim();
	return kept !== undefined && uuidForm.test(kept) ? kept : undefined;
}

/** The endpoint reference of the device that keeps its state in `stateDir`; undefined before its first start. */
export async function keptEndpointReference(
	stateDir: string,
): Promise<string | undefined> {
	const uuid = await readUuid(stateDir);
	return uuid && `urn:uuid:${uuid}`;
}

function madeUuid(stateDir: string, machineId: string | undefined): string {
	const bytes =
		machineId === undefined
			? randomBytes(16)
			: createHash("sha256")
					.update(`onvifd ${machineId} ${resolve(stateDir)}`)
					.digest()
					.subarray(0, 16);
	return formatUuid(bytes);
}

/** RFC 9562, 5.8: version 8, made the maker's own way. */
function formatUuid(bytes: Buffer): string {
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	const hex = bytes.toString("hex");
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
