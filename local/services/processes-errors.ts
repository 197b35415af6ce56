/** The code of an error of Node, for example "ENOENT"; undefined for anything without one. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}
