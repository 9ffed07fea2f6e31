import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { listen } from "soap";

/**
 * The `soap` package as a server over our own WSDL, answering what onvifd answered: the peer of the SOAP measurements.
 * soap-peer.ts WSDL ANSWERS.json; prints its port.
 */
const [wsdl = "", answers = ""] = process.argv.slice(2);
const kept: Record<string, Record<string, unknown>> = JSON.parse(
	readFileSync(answers, "utf8"),
);
const operations = Object.fromEntries(
	Object.entries(kept).map(([name, answer]) => [name, () => answer]),
);
const server = createServer((_request, response) => response.end());
server.listen(0, "127.0.0.1", () => {
	const text = readFileSync(wsdl, "utf8");
	const service = /<wsdl:service name="([^"]+)"/.exec(text)?.[1] ?? "";
	const port = /<wsdl:port (?:[^>]*\s)?name="([^"]+)"/.exec(text)?.[1] ?? "";
	listen(server, {
		path: "/onvif",
		services: { [service]: { [port]: operations } },
		xml: text,
		uri: wsdl,
	});
	const address = server.address();
	if (address !== null && typeof address === "object")
		process.stdout.write(`port ${address.port}\n`);
});
