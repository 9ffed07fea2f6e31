import { asFaults } from "../camera-faults.ts";
import type { DeviceOperation } from "../context.ts";

export const GetScopes: DeviceOperation<"GetScopes"> = {
	access: "READ_SYSTEM",
	run: (_request, { camera }) => ({
		Scopes: camera.scopes.map(({ item, fixed }) => ({
			ScopeDef: fixed ? "Fixed" : "Configurable",
			ScopeItem: item,
		})),
	}),
};

export const SetScopes: DeviceOperation<"SetScopes"> = {
	access: "WRITE_SYSTEM",
	async run({ Scopes }, { camera }) {
		await asFaults(camera.setScopes(Scopes));
		return {};
	},
};

export const AddScopes: DeviceOperation<"AddScopes"> = {
	access: "WRITE_SYSTEM",
	async run({ ScopeItem }, { camera }) {
		await asFaults(camera.addScopes(ScopeItem));
		return {};
	},
};

export const RemoveScopes: DeviceOperation<"RemoveScopes"> = {
	access: "WRITE_SYSTEM",
	async run({ ScopeItem }, { camera }) {
		await asFaults(camera.removeScopes(ScopeItem));
		return { ScopeItem };
	},
};
