import type { Multicast } from "../../camera/types.ts";
import type { MulticastConfiguration } from "../../soap/schema/generated/tt.ts";
import { ipAddress } from "../device/ip.ts";

export function multicastOut({
	address,
	port,
	ttl,
	autoStart,
}: Multicast): MulticastConfiguration {
	return {
		Address: ipAddress(address),
		Port: port,
		TTL: ttl,
		AutoStart: autoStart,
	};
}
