import { networkInterfaces } from "node:os";

/** Why this host cannot be asked at ::1, for a test to be skipped with; false when it can. */
export const noIpv6: string | false =
	!Object.values(networkInterfaces())
		.flat()
		.some((one) => one?.address === "::1") && "there is no ::1 here";
