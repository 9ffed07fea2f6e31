/** What `GET /status` answers to a user: shared by the server and the page. */
export interface CameraStatus {
	readonly name: string;
	readonly location: string;
	readonly version: string;
	/** Ports, for addresses on the host by which the page was reached. */
	readonly rtspPort: number;
	readonly rtspsPort?: number | undefined;
	/** Path of the ONVIF device service. */
	readonly onvif: string;
	/** When this was so, in milliseconds from an arbitrary start. */
	readonly at: number;
	readonly profiles: readonly ProfileStatus[];
}

export interface ProfileStatus {
	readonly token: string;
	readonly name: string;
	readonly encoding: "H264" | "JPEG";
	readonly width: number;
	readonly height: number;
	/** Frames a second as it is set. */
	readonly frameRate: number;
	/** Kilobits a second as it is set; undefined for JPEG. */
	readonly bitrateKbit?: number | undefined;
	/** Its encoding, as it is set; undefined without sound. */
	readonly sound?: string | undefined;
	readonly viewers: number;
	/** Frames since the service started: two answers tell the rate. */
	readonly frames: number;
	/** How it comes about, in words. */
	readonly path?: string | undefined;
	/** Why there is no picture, in words. */
	readonly trouble?: string | undefined;
	/** Paths on this port; `rtsp` on RTSP's. */
	readonly addresses: {
		readonly rtsp: string;
		readonly snapshot: string;
		readonly mjpeg?: string | undefined;
		readonly live?: string | undefined;
		readonly hls?: string | undefined;
	};
}
