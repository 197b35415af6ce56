import semver from "semver";

/**
 * The engine that the local way is made and tested with. go.mod beside this file pins the same version, and a test
 * holds the two together.
 */
export const engineVersion = "3.253.0";

/** First Go that can fetch the toolchain that go.mod asks for. */
export const oldestGo = "1.21.0";

/** Is what a tool prints of its version the wanted one or a later one of the same major line? */
export function isSameLine(printed: string, wanted: string): boolean {
  const version = semver.coerce(printed);
  return version !== null && semver.satisfies(version, `^${wanted}`);
}
