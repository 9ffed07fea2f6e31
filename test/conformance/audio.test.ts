import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { trt } from "./device-under-test.ts";
import { soundUnderTest, token } from "./sound-under-test.ts";
import { at, list, text } from "./tree.ts";

const messages = new Messages();
const kinds = [
	{
		name: "AudioSourceConfiguration",
		cases: {
			profiles: "MEDIA-3-2-1",
			one: "MEDIA-3-2-2",
			uses: "MEDIA-3-2-6",
			twice: "MEDIA-3-2-12",
			removed: "MEDIA-3-2-14",
			deleted: "MEDIA-3-2-15",
			set: "MEDIA-3-2-16",
		},
	},
	{
		name: "AudioEncoderConfiguration",
		cases: {
			profiles: "MEDIA-3-3-1",
			one: "MEDIA-3-3-2",
			uses: "MEDIA-3-3-5",
			twice: "MEDIA-3-3-12",
			removed: "MEDIA-3-3-14",
			deleted: "MEDIA-3-3-15",
			set: "MEDIA-3-3-16",
		},
	},
] as const;

describe("sound in the media service of the running service", () => {
	const {
		ask,
		profiles,
		ofProfile,
		ofBoth,
		listed,
		single,
		uses,
		withProfile,
	} = soundUnderTest(messages);

	for (const { name, cases } of kinds) {
		test(`${cases.profiles}: profiles and Get${name}s say the same`, async () => {
			const known = await listed(name);
			assert.ok(known.length > 0);
			assert.equal(new Set(known.map(token)).size, known.length);
			for (const profile of await profiles()) {
				const held = at(profile, name);
				assert.ok(held);
				assert.deepEqual(
					known.find((one) => token(one) === token(held)),
					held,
				);
			}
		});

		test(`${cases.one}: Get${name} and Get${name}s say the same`, async () => {
			for (const one of await listed(name))
				assert.deepEqual(await single(name, token(one)), one);
		});

		test(`${cases.uses}: UseCount is the number of profiles that hold it`, async () => {
			const all = await profiles();
			for (const one of await listed(name)) {
				const holders = all.filter(
					(profile) => token(at(profile, name)) === token(one),
				);
				assert.equal(text(one, "UseCount"), String(holders.length));
			}
		});

		test(`${cases.twice}: the same one twice in a profile counts once`, () =>
			withProfile(async (profile) => {
				const [first = ""] = (await listed(name)).map(token);
				const count = await uses(name, first);
				for (const _ of [1, 2]) {
					await ask(trt(`Add${name}`, ofBoth(profile, first)));
					assert.equal(await uses(name, first), count + 1);
				}
			}));

		test(`${cases.removed}: taken out of a profile it counts one less`, () =>
			withProfile(async (profile) => {
				const [first = ""] = (await listed(name)).map(token);
				const count = await uses(name, first);
				await ask(trt(`Add${name}`, ofBoth(profile, first)));
				// The second one has nothing to take out, and succeeds.
				for (const _ of [1, 2]) {
					await ask(trt(`Remove${name}`, ofProfile(profile)));
					assert.equal(await uses(name, first), count);
				}
			}));

		test(`${cases.deleted}: a deleted profile counts no more`, () =>
			withProfile(async (profile) => {
				const [first = ""] = (await listed(name)).map(token);
				const count = await uses(name, first);
				await ask(trt(`Add${name}`, ofBoth(profile, first)));
				await ask(trt("DeleteProfile", ofProfile(profile)));
				assert.equal(await uses(name, first), count);
			}));
	}

	test("MEDIA-3-1-23: an encoder configuration is put into a profile and taken out", () =>
		withProfile(async (profile) => {
			const add = async (name: string) => {
				const [first = ""] = list(
					await ask(trt(`GetCompatible${name}s`, ofProfile(profile))),
					"Configurations",
				).map(token);
				await ask(trt(`Add${name}`, ofBoth(profile, first)));
				return first;
			};
			const held = async (name: string) => {
				const told = await ask(trt("GetProfile", ofProfile(profile)));
				return token(at(told, "Profile", name));
			};
			for (const { name } of kinds)
				assert.equal(await add(name), await held(name));
			for (const { name } of kinds.toReversed()) {
				await ask(trt(`Remove${name}`, ofProfile(profile)));
				assert.equal(await held(name), "");
			}
		}));

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
