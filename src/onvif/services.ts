import type { OnvifService } from "./context.ts";
import { deviceService } from "./device/service.ts";
import { mediaService } from "./media/service.ts";

/** Everything that the device serves and announces. */
export const services: readonly OnvifService[] = [deviceService, mediaService];
