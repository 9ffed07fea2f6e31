import { once } from "node:events";
import { connect } from "node:tls";
import type { RtspAddress } from "../rtsp-client/address.ts";

const limitMs = 3000;

/** Whether a TLS server answers there, whoever it may be: nothing is said to it. */
export async function speaksTls({
	host,
	port,
}: Pick<RtspAddress, "host" | "port">): Promise<boolean> {
	const socket = connect({ host, port, rejectUnauthorized: false });
	socket.on("error", () => {});
	try {
		await once(socket, "secureConnect", {
			signal: AbortSignal.timeout(limitMs),
		});
		return true;
	} catch (error) {
		// It may refuse us; but it does so in TLS.
		return error instanceof Error && "code" in error
			? /^ERR_SSL_.*ALERT/.test(String(error.code))
			: false;
	} finally {
		socket.destroy();
	}
}
