import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Messages } from "../helpers/validate.ts";
import { DeviceUnderTest, trt } from "./device-under-test.ts";
import type { Element } from "./element.ts";
import { at, list, type Tree, text } from "./tree.ts";

export const token = (tree: Tree | undefined) => text(tree, "@token");

/** A device with a microphone, or what `audio` says, for all tests of a suite, and what they ask it. */
export function soundUnderTest(
	messages: Messages,
	audio: Readonly<Record<string, string>> = { source: "test" },
) {
	let device: DeviceUnderTest;
	before(async () => {
		device = await DeviceUnderTest.start(messages, {
			config: { audio },
		});
	});
	after(() => device.service.remove());

	async function ask(body: Element): Promise<Tree> {
		const answer = await device.ask(body);
		assert.equal(answer.status, 200, answer.text);
		return answer.body;
	}
	async function refused(body: Element, subcode: string): Promise<void> {
		const answer = await device.ask(body);
		assert.equal(answer.status, 400);
		assert.match(
			answer.text,
			new RegExp(`:Sender<.*:InvalidArgVal<.*:${subcode}<`),
		);
	}
	const profiles = async () => list(await ask(trt("GetProfiles")), "Profiles");
	const ofProfile = (profile: string) => [trt("ProfileToken", profile)];
	const ofBoth = (profile: string, configuration: string) => [
		...ofProfile(profile),
		trt("ConfigurationToken", configuration),
	];
	const listed = async (name: string) =>
		list(await ask(trt(`Get${name}s`)), "Configurations");
	const single = async (name: string, wanted: string) =>
		at(
			await ask(trt(`Get${name}`, [trt("ConfigurationToken", wanted)])),
			"Configuration",
		);
	const uses = async (name: string, wanted: string) =>
		Number(text(await single(name, wanted), "UseCount"));
	/** Runs with a profile that holds nothing yet, and deletes it. */
	async function withProfile(work: (profile: string) => Promise<void>) {
		const created = await ask(
			trt("CreateProfile", [trt("Name", "NewName"), trt("Token", "talk")]),
		);
		const profile = token(at(created, "Profile"));
		try {
			await work(profile);
		} finally {
			if ((await profiles()).some((one) => token(one) === profile))
				await ask(trt("DeleteProfile", ofProfile(profile)));
		}
	}

	return {
		ask,
		refused,
		profiles,
		ofProfile,
		ofBoth,
		listed,
		single,
		uses,
		withProfile,
	};
}
