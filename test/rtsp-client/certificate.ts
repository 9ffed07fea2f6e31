import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../helpers/run.ts";

/** A key and a certificate that it signed itself, as cameras have them. */
export async function certificate(): Promise<{ key: Buffer; cert: Buffer }> {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-certificate-"));
	try {
		const [key, cert] = [join(folder, "key"), join(folder, "cert")];
		const { code, stderr } = await run("openssl", [
			...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
			...["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
			...["-subj", "/CN=camera", "-keyout", key, "-out", cert],
		]);
		assert.equal(code, 0, stderr);
		return { key: await readFile(key), cert: await readFile(cert) };
	} finally {
		await rm(folder, { recursive: true });
	}
}
