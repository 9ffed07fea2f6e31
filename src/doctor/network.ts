import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Link, linksOfDevice } from "../discovery/links.ts";
import { type Health, reasonOf, Trouble } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { timeLimit } from "./time-limit.ts";

const group = "239.255.255.250";
const answerMs = 1000;

/** The addresses that the camera is announced at. */
export function checkAddresses({ config, network }: Patient): Health {
	const interfaces = network.interfaces();
	const names = config.discovery.interfaces;
	const gone = names.filter(
		(name) => !interfaces.some((one) => one.name === name),
	);
	if (gone.length > 0)
		throw new Trouble(
			`discovery.interfaces names ${gone.join(", ")}; this host has ${interfaces.map(({ name }) => name).join(", ")}`,
			"correct discovery.interfaces in the configuration",
		);
	const used = interfaces.filter(({ name, loopback }) =>
		names.length > 0 ? names.includes(name) : !loopback,
	);
	const found = used
		.filter(({ up }) => up)
		.flatMap(({ name, addresses }) =>
			addresses.map(({ address }) => `${name} ${address}`),
		);
	if (found.length === 0)
		throw new Trouble(
			`no address on ${used.map(({ name }) => name).join(", ") || "any network interface"}: nobody else can reach the camera`,
			"connect the network; `ip address` shows what is there",
		);
	return found.join(", ");
}

/** The one address that the configuration binds the service to, and by which alone it is discovered. */
export function boundAddress({ config }: Patient): string | undefined {
	const { host } = config.http;
	return host === null || host === "0.0.0.0" || host === "::"
		? undefined
		: host;
}

/** The IPv4 addresses that discovery speaks from, loopback only where it was named. */
export function discoveryLinks(patient: Patient): readonly Link[] {
	const names = patient.config.discovery.interfaces;
	const address = boundAddress(patient);
	const named = names.length > 0 || address !== undefined;
	return linksOfDevice(patient.network.interfaces(), {
		...(names.length > 0 ? { interfaces: names } : {}),
		...(address === undefined ? {} : { address }),
	}).filter(({ family, loopback }) => family === 4 && (named || !loopback));
}

/** Joins discovery's group on every interface and hears itself there. Nothing leaves the host. */
export async function checkMulticast(patient: Patient): Promise<Health> {
	const links = discoveryLinks(patient);
	const results = await Promise.all(
		links.map(async (link) => ({ link, error: await multicastError(link) })),
	);
	const deaf = results.filter(({ error }) => error !== undefined);
	if (deaf.length > 0)
		throw new Trouble(
			`no multicast on ${deaf.map(({ link, error }) => `${link.interfaceName} (${error})`).join(", ")}: clients cannot discover the camera there`,
			deaf
				.map(({ link }) => `ip link set ${link.interfaceName} multicast on`)
				.join("; "),
		);
	if (results.length === 0)
		throw new Trouble(
			"there is no IPv4 address for multicast",
			"connect the network; `ip address` shows what is there",
		);
	return `${group} is heard on ${links.map(({ interfaceName }) => interfaceName).join(", ")}`;
}

async function multicastError(link: Link): Promise<string | undefined> {
	const socket = createSocket({ type: "udp4", reuseAddr: true });
	const sender = createSocket({ type: "udp4", reuseAddr: true });
	try {
		socket.bind(0);
		sender.bind(0, link.address);
		await Promise.all([once(socket, "listening"), once(sender, "listening")]);
		socket.addMembership(group, link.address);
		sender.setMulticastInterface(link.address);
		sender.setMulticastTTL(0);
		return await hearsItself(socket, sender);
	} catch (error) {
		return reasonOf(error);
	} finally {
		socket.close();
		sender.close();
	}
}

type Socket = ReturnType<typeof createSocket>;

function hearsItself(
	socket: Socket,
	sender: Socket,
): Promise<string | undefined> {
	const word = randomBytes(16);
	return new Promise((resolve) => {
		const callOff = timeLimit(answerMs, () => resolve("nothing comes back"));
		const end = (error: string | undefined) => {
			callOff();
			resolve(error);
		};
		socket.on("error", (error) => end(error.message));
		socket.on("message", (heard) => {
			if (heard.equals(word)) end(undefined);
		});
		sender.on("error", (error) => end(error.message));
		sender.send(word, socket.address().port, group, (error) => {
			if (error !== null) end(error.message);
		});
	});
}
