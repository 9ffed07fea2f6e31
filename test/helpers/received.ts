import { subscribe } from "node:diagnostics_channel";
import { IncomingMessage } from "node:http";
import { Messages } from "./validate.ts";

const ENVELOPE = /^(?:<\?xml[^>]*\?>\s*)?<(?:[\w.-]+:)?Envelope[\s>]/;

/**
 * Every SOAP message that this process is answered over node:http from now on, whichever client asked. Clients know
 * nothing of it: chunks are read as they enter the response, which does not begin to flow by that.
 */
export function receivedMessages(): Messages {
	const messages = new Messages();
	subscribe("http.client.response.finish", (event) => {
		if (typeof event !== "object" || event === null) return;
		if (!("response" in event)) return;
		const { response } = event;
		if (response instanceof IncomingMessage) tap(response, messages);
	});
	return messages;
}

function tap(response: IncomingMessage, messages: Messages): void {
	const chunks: Buffer[] = [];
	const push = response.push.bind(response);
	response.push = (chunk: unknown, encoding?: BufferEncoding) => {
		if (chunk instanceof Buffer) chunks.push(chunk);
		else if (chunk === null) {
			const text = Buffer.concat(chunks).toString();
			if (ENVELOPE.test(text)) messages.add(text);
		}
		return push(chunk, encoding);
	};
}
