import { rm } from "node:fs/promises";
import { CannotStart } from "../system/cannot-start.ts";
import { replaceFile } from "../system/replace-file.ts";
import { startProgram } from "../system/supervise.ts";
import {
	certificateLine,
	certificateRequest,
	type Subject,
} from "./certificate-request.ts";

const limitMs = 10_000;

/** Has openssl sign a certificate with its own key; `requestFile` is written and removed again. Rejects with CannotStart. */
export async function makeCertificate(
	subject: Subject,
	keyFile: string,
	requestFile: string,
): Promise<string> {
	await replaceFile(requestFile, certificateRequest(subject));
	try {
		return await openssl(certificateLine(requestFile, keyFile));
	} finally {
		await rm(requestFile, { force: true });
	}
}

async function openssl(args: readonly string[]): Promise<string> {
	const program = startProgram({ name: "openssl", file: "openssl", args });
	let stdout = "";
	program.stdout.setEncoding("utf8").on("data", (text: string) => {
		if (stdout.length < 65_536) stdout += text;
	});
	const timer = setTimeout(() => program.kill(), limitMs);
	const { code, stderr } = await program.exited;
	clearTimeout(timer);
	if (code === 0) return stdout;
	const why =
		code === 127
			? "openssl is missing: apt-get install openssl"
			: `openssl: ${stderr.trim().split("\n").at(-1) || `exit status ${code}`}`;
	throw new CannotStart(
		`no certificate for https and rtsps could be made: ${why}, or set tls.certificate and tls.key in the configuration`,
	);
}
