import assert from "node:assert/strict";
import { test } from "node:test";
import {
	formatDateTime,
	formatDuration,
	parseDateTime,
	parseDuration,
} from "../../src/soap/time.ts";

test("durations", () => {
	assert.equal(parseDuration("PT60S"), 60_000);
	assert.equal(parseDuration("P1DT2H3M4.5S"), 93_784_500);
	assert.equal(parseDuration("-PT1M"), -60_000);
	assert.equal(parseDuration("P1Y2M"), 425 * 86_400_000);
	for (const wrong of ["", "P", "PT", "1000", "PT1", "P1S", "PT1.S", "pt1s"])
		assert.equal(parseDuration(wrong), undefined, wrong);
	assert.equal(parseDuration(`PT${"9".repeat(65)}S`), undefined);
	assert.equal(formatDuration(60_000), "PT60S");
	assert.equal(formatDuration(1500), "PT1.5S");
	assert.equal(formatDuration(-1), "PT0S");
});

test("instants", () => {
	const noon = Date.UTC(2026, 0, 31, 12);
	for (const text of [
		"2026-01-31T12:00:00Z",
		"2026-01-31T12:00:00",
		"2026-01-31T13:30:00+01:30",
		"2026-01-31T11:00:00.000-01:00",
	])
		assert.equal(parseDateTime(text), noon, text);
	assert.equal(parseDateTime("2024-02-29T24:00:00Z"), Date.UTC(2024, 2, 1));
	for (const wrong of [
		"2026-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-01-01T25:00:00Z",
		"2026-01-01",
		"2026-01-01T00:00:00+15:00",
		"",
	])
		assert.equal(parseDateTime(wrong), undefined, wrong);
	assert.equal(formatDateTime(noon), "2026-01-31T12:00:00.000Z");
});
