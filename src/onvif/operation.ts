export type {
	Operation,
	OperationTable,
	RequestInfo,
	Service,
} from "../soap/operation.ts";
export type { DeviceOperations } from "../soap/schema/generated/tds.ts";
export type { MediaOperations } from "../soap/schema/generated/trt.ts";
