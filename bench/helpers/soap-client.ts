import { createHash, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";

const connections = 16;

function securityHeader(name: string, password: string): string {
	const nonce = randomBytes(16);
	const created = new Date().toISOString();
	const digest = createHash("sha1")
		.update(nonce)
		.update(created)
		.update(password)
		.digest("base64");
	const wsse =
		"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity";
	return `<s:Header><Security s:mustUnderstand="1" xmlns="${wsse}-secext-1.0.xsd"><UsernameToken><Username>${name}</Username><Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">${digest}</Password><Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary">${nonce.toString("base64")}</Nonce><Created xmlns="${wsse}-utility-1.0.xsd">${created}</Created></UsernameToken></Security></s:Header>`;
}

/** An envelope as npm `onvif` and its like send it. */
export function envelope(
	body: string,
	user?: { name: string; password: string },
): string {
	const header = user ? securityHeader(user.name, user.password) : "";
	return `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${header}<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">${body}</s:Body></s:Envelope>`;
}

export interface Target {
	readonly port: number;
	readonly path: string;
	/** For servers that look at it. */
	readonly soapAction?: string;
}

function post(
	agent: Agent,
	target: Target,
	body: string,
): Promise<{ status: number; text: string }> {
	return new Promise((resolve, reject) => {
		const headers: Record<string, string | number> = {
			"content-type": "application/soap+xml; charset=utf-8",
			"content-length": Buffer.byteLength(body),
		};
		if (target.soapAction) headers.soapaction = target.soapAction;
		const sent = request(
			{
				agent,
				host: "127.0.0.1",
				port: target.port,
				path: target.path,
				method: "POST",
				headers,
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk: Buffer) => chunks.push(chunk));
				response.on("end", () =>
					resolve({
						status: response.statusCode ?? 0,
						text: Buffer.concat(chunks).toString(),
					}),
				);
			},
		);
		sent.on("error", reject);
		sent.end(body);
	});
}

/** Sends `count` requests over 16 kept connections. Any answer but 200 is an error. */
export async function load(
	target: Target,
	message: () => string,
	count: number,
): Promise<string> {
	const agent = new Agent({ keepAlive: true, maxSockets: connections });
	let left = count;
	let answer = "";
	const worker = async () => {
		while (left-- > 0) {
			const { status, text } = await post(agent, target, message());
			if (status !== 200)
				throw new Error(`answer ${status}: ${text.slice(0, 500)}`);
			answer = text;
		}
	};
	await Promise.all(Array.from({ length: connections }, worker));
	agent.destroy();
	return answer;
}
