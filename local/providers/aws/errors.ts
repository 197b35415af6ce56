import type { ResourceHandler } from "../resource.ts";

/** The code that AWS sent; the SDK names some errors after a class of its own instead, such as NoSuchEntityException. */
function codeOf(error: Error): string {
  const sent = "Code" in error && typeof error.Code === "string" ? error.Code : error.name;
  return sent.replace(/Exception$/, "");
}

/** Whether AWS answered with one of these error codes; a HEAD has no body, so its 404 reads `NotFound`. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(codeOf(error));
}

/** What the work resolves with, or undefined where AWS says with one of the codes that the thing is not there. */
export async function unlessMissing<T>(
  work: Promise<T>,
  ...codes: readonly string[]
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isCode(error, ...codes)) return undefined;
    throw error;
  }
}

/**
 * A handler whose failures begin with AWS's error code, by which people look a failure up; the SDK's own message lacks
 * it.
 */
export function withCodes(handler: ResourceHandler): ResourceHandler {
  const named = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Error && error.name === "TimeoutError")
        error.message = "no answer in time: whether it was done is not known, run it again to look";
      else if (error instanceof Error && "$metadata" in error)
        error.message = `${codeOf(error)}: ${error.message}`;
      throw error;
    }
  };
  return {
    ...handler,
    create: (...given) => named(handler.create(...given)),
    read: (...given) => named(handler.read(...given)),
    update: (...given) => named(handler.update(...given)),
    delete: (...given) => named(handler.delete(...given)),
    find: (...given) => named(handler.find(...given)),
  };
}
