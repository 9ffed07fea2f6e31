import onvif, { type OnvifDevice } from "node-onvif";
import soap from "node-onvif/lib/modules/soap.js";
import { patienceMs } from "../helpers/patience.ts";

// It gives up after three seconds, in which a busy machine may not have answered yet.
soap.HTTP_TIMEOUT = patienceMs;

export default onvif;

/** A snapshot; as people do, asks again while there is no picture yet. */
export async function snapshotOf(
	device: OnvifDevice,
): ReturnType<OnvifDevice["fetchSnapshot"]> {
	const end = performance.now() + patienceMs;
	for (;;)
		try {
			return await device.fetchSnapshot();
		} catch (error) {
			if (!/^Error: 503 /.test(String(error)) || performance.now() > end)
				throw error;
		}
}
