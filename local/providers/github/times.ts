/**
 * A time from the API in the form that the published provider keeps in state, Go's default form: RFC 3339
 * `2026-11-21T08:46:00Z` becomes `2026-11-21 08:46:00 +0000 UTC`. Undefined gives Go's zero time.
 */
export function goTime(time: unknown): string {
  if (typeof time !== "string") return "0001-01-01 00:00:00 +0000 UTC";
  const match = /^([\d-]+)T([\d:.]+)(?:Z|([+-]\d\d):(\d\d))$/.exec(time);
  if (match === null) throw new Error(`GitHub sent a time that is not RFC 3339: ${time}`);
  const [, date, clock, hours = "+00", minutes = "00"] = match;
  const offset = `${hours}${minutes}`;
  return `${date} ${clock} ${offset} ${offset === "+0000" ? "UTC" : offset}`;
}
