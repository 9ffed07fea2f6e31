import assert from "node:assert/strict";
import type { ServiceOptions } from "../helpers/service.ts";
import type { Messages } from "../helpers/validate.ts";
import { DeviceUnderTest, trt, tt } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { at, list, type Tree, text } from "./tree.ts";
import type { Expected, Transport } from "./watching.ts";

/** What a case changes of an encoder configuration; the rest stays. */
export interface Wanted extends Partial<Expected> {
	/** Seconds. */
	readonly sessionTimeout?: number;
	readonly govLength?: number;
	readonly group?: Group;
}

/** Where a stream goes when it is multicast. */
export interface Group {
	readonly address: string;
	readonly port: number;
	readonly ttl: number;
}

/** The steps that the cases of real-time streaming take at the media service. */
export class StreamingDevice {
	readonly #device: DeviceUnderTest;

	private constructor(device: DeviceUnderTest) {
		this.#device = device;
	}

	/** `host` is the loopback address that it listens on, and that it is asked at. */
	static async start(
		messages: Messages,
		host = "127.0.0.1",
		config: ServiceOptions["config"] = {},
	): Promise<StreamingDevice> {
		const { service } = await DeviceUnderTest.start(messages, {
			config: { http: { port: 0, host }, rtsp: { port: 0, host }, ...config },
		});
		const shown = host.includes(":") ? `[${host}]` : host;
		const url = `http://${shown}:${service.http}`;
		return new StreamingDevice(
			new DeviceUnderTest({ ...service, url }, messages),
		);
	}

	remove(): Promise<void> {
		return this.#device.service.remove();
	}

	async ask(body: Element): Promise<Tree> {
		const answer = await this.#device.ask(body);
		assert.equal(answer.status, 200, answer.text);
		return answer.body;
	}

	async configurations(): Promise<readonly Tree[]> {
		const all = await this.ask(trt("GetVideoEncoderConfigurations"));
		return list(all, "Configurations");
	}

	/** A ready profile that holds the encoder configuration. */
	async profileWith(configuration: string): Promise<string> {
		const profiles = list(await this.ask(trt("GetProfiles")), "Profiles");
		const found = profiles.find(
			(one) =>
				text(one, "VideoEncoderConfiguration", "@token") === configuration,
		);
		assert.ok(found, configuration);
		return text(found, "@token");
	}

	/** The resolutions that a profile's options tell for an encoding, the smallest first. */
	async resolutions(
		profile: string,
		encoding: Expected["encoding"],
	): Promise<{ width: number; height: number }[]> {
		const told = await this.ask(
			trt("GetVideoEncoderConfigurationOptions", [
				trt("ProfileToken", profile),
			]),
		);
		return list(told, "Options", encoding, "ResolutionsAvailable")
			.map((one) => ({
				width: Number(text(one, "Width")),
				height: Number(text(one, "Height")),
			}))
			.sort((a, b) => a.width * a.height - b.width * b.height);
	}

	/** SetVideoEncoderConfiguration; GetVideoEncoderConfiguration must tell the same afterwards. */
	async change(token: string, wanted: Wanted): Promise<void> {
		const get = async () =>
			at(
				await this.ask(
					trt("GetVideoEncoderConfiguration", [
						trt("ConfigurationToken", token),
					]),
				),
				"Configuration",
			);
		await this.ask(
			trt("SetVideoEncoderConfiguration", [
				changed(await get(), token, wanted),
				trt("ForcePersistence", "false"),
			]),
		);
		const now = await get();
		const { encoding, width, height, group } = wanted;
		if (group) {
			const told = at(now, "Multicast");
			const kind = family(group.address);
			assert.equal(text(told, "Address", "Type"), kind);
			assert.equal(text(told, "Address", `${kind}Address`), group.address);
			assert.equal(text(told, "Port"), String(group.port));
			assert.equal(text(told, "TTL"), String(group.ttl));
		}
		if (encoding) assert.equal(text(now, "Encoding"), encoding);
		if (width) assert.equal(text(now, "Resolution", "Width"), String(width));
		if (height) assert.equal(text(now, "Resolution", "Height"), String(height));
	}

	/** GetStreamUri; the mandatory parameters must stand beside the address. */
	async streamUri(profile: string, transport: Transport): Promise<string> {
		const multicast = transport === "Multicast";
		const other = multicast ? "UDP" : transport;
		const protocol = transport.startsWith("HTTP") ? "HTTP" : other;
		const told = await this.ask(
			trt("GetStreamUri", [
				trt("StreamSetup", [
					tt("Stream", multicast ? "RTP-Multicast" : "RTP-Unicast"),
					tt("Transport", [tt("Protocol", protocol)]),
				]),
				trt("ProfileToken", profile),
			]),
		);
		const uri = at(told, "MediaUri");
		assert.match(text(uri, "InvalidAfterConnect"), /^(true|false)$/);
		assert.match(text(uri, "InvalidAfterReboot"), /^(true|false)$/);
		assert.match(text(uri, "Timeout"), /^PT/);
		return text(uri, "Uri");
	}

	/** The first configuration, set to an encoding in the smallest size that it offers, and its profile. */
	async ready(
		encoding: Expected["encoding"],
		wanted: Wanted = {},
	): Promise<{ profile: string; expected: Expected }> {
		const [first] = await this.configurations();
		const token = text(first, "@token");
		const profile = await this.profileWith(token);
		const [size] = await this.resolutions(profile, encoding);
		assert.ok(size);
		const expected = { encoding, ...size };
		await this.change(token, { ...wanted, ...expected });
		return { profile, expected };
	}
}

function changed(
	now: Tree | undefined,
	token: string,
	wanted: Wanted,
): Element {
	const { encoding = text(now, "Encoding"), govLength = 30 } = wanted;
	const width = wanted.width ?? text(now, "Resolution", "Width");
	const height = wanted.height ?? text(now, "Resolution", "Height");
	const same = (name: string, ...path: string[]) =>
		tt(name, text(now, ...path, name));
	const rate = "RateControl";
	return trt(
		"Configuration",
		[
			same("Name"),
			same("UseCount"),
			tt("Encoding", encoding),
			tt("Resolution", [tt("Width", `${width}`), tt("Height", `${height}`)]),
			same("Quality"),
			tt(rate, [
				same("FrameRateLimit", rate),
				same("EncodingInterval", rate),
				same("BitrateLimit", rate),
			]),
			...(encoding === "H264"
				? [
						tt("H264", [
							tt("GovLength", `${govLength}`),
							tt("H264Profile", "Baseline"),
						]),
					]
				: []),
			tt("Multicast", multicast(wanted.group, at(now, "Multicast"))),
			wanted.sessionTimeout
				? tt("SessionTimeout", `PT${wanted.sessionTimeout}S`)
				: same("SessionTimeout"),
		],
		{ token },
	);
}

function multicast(group: Group | undefined, now: Tree | undefined): Element[] {
	const kind = group
		? family(group.address)
		: text(now, "Address", "Type") === "IPv6"
			? "IPv6"
			: "IPv4";
	const address = group?.address ?? text(now, "Address", `${kind}Address`);
	return [
		tt("Address", [tt("Type", kind), tt(`${kind}Address`, address)]),
		tt("Port", `${group?.port ?? text(now, "Port")}`),
		tt("TTL", `${group?.ttl ?? text(now, "TTL")}`),
		tt("AutoStart", text(now, "AutoStart")),
	];
}

function family(address: string): "IPv4" | "IPv6" {
	return address.includes(":") ? "IPv6" : "IPv4";
}
