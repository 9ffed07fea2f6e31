import { existsSync, readFileSync } from "node:fs";

/** The specs' own table of access classes and faults; it stands beside the project, where it is at hand. */
const path = new URL("../../../shared/onvif/operations.json", import.meta.url);

export interface PrescribedOperation {
	/** Null where the spec gives none. */
	readonly access: string | null;
	/** `env:Sender / ter:InvalidArgVal / ter:NoProfile`. */
	readonly faults: readonly string[];
}

export type Prescribed = Readonly<
	Record<string, Readonly<Record<string, PrescribedOperation>>>
>;

/** Undefined where the file is not at hand. */
export const prescribed: Prescribed | undefined = existsSync(path)
	? JSON.parse(readFileSync(path, "utf8"))
	: undefined;

/** For a test's `skip`. */
export const withoutPrescribed =
	prescribed === undefined && "../shared/onvif/operations.json is not here";

/** The services' names in that file. */
export const serviceNames: Readonly<Record<string, string>> = {
	tds: "device",
	trt: "media",
};
