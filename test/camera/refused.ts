import assert from "node:assert/strict";
import { CameraError, type CameraErrorCode } from "../../src/camera/errors.ts";

/** For `assert.rejects`: a refusal of the camera model with this code. */
export function refusedAs(code: CameraErrorCode): (error: unknown) => true {
	return (error) => {
		assert(error instanceof CameraError);
		assert.equal(error.code, code);
		return true;
	};
}
