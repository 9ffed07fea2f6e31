/** The part of node-onvif 0.1 that the tests use; the package brings no types. */
declare module "node-onvif" {
	interface OnvifProfile {
		readonly token: string;
		readonly stream: {
			readonly udp: string;
			readonly http: string;
			readonly rtsp: string;
		};
		readonly snapshot: string;
		readonly video: {
			readonly encoder: {
				readonly resolution: {
					readonly width: number;
					readonly height: number;
				};
				readonly framerate: number;
				readonly bitrate: number;
				readonly encoding: string;
			};
		};
	}
	class OnvifDevice {
		constructor(options: { xaddr: string; user: string; pass: string });
		init(): Promise<Record<string, string>>;
		getProfileList(): OnvifProfile[];
		changeProfile(token: string): OnvifProfile;
		getUdpStreamUrl(): string;
		fetchSnapshot(): Promise<{ headers: Record<string, string>; body: Buffer }>;
	}
	function startProbe(): Promise<
		{
			urn: string;
			name: string;
			xaddrs: string[];
			scopes: string[];
			types: string[];
		}[]
	>;
	const onvif: {
		OnvifDevice: typeof OnvifDevice;
		startProbe: typeof startProbe;
	};
	export default onvif;
	export type { OnvifDevice };
}

/** Its one client of SOAP, which all of it uses. */
declare module "node-onvif/lib/modules/soap.js" {
	const soap: { HTTP_TIMEOUT: number };
	export default soap;
}
