import { OperationFault } from "../fault.ts";
import type { Notes } from "./finding.ts";

/** Answers of AWS that say that there is no such thing. */
const absent =
  /^(NotFound|NoSuch\w*|NoSuchEntity\w*|ServerSideEncryptionConfigurationNotFoundError|ObjectLockConfigurationNotFoundError|OwnershipControlsNotFoundError)$/;

/**
 * What a call of AWS answers; undefined where there is no such thing, and `"unknown"`, with a note, where the identity may
 * not ask.
 *
 * @throws OperationFault for every other refusal
 */
export async function absentAtAws<T>(
  notes: Notes,
  resource: string,
  call: () => Promise<T>,
): Promise<T | undefined | "unknown"> {
  try {
    return await call();
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    if (absent.test(name ?? "") || status === 404) return undefined;
    if (status === 403) {
      notes.unknown(resource, `AWS answered 403 (${name}): the role lacks the right to read it`);
      return "unknown";
    }
    const said = status === undefined ? "was not answered" : `answered ${status} (${name})`;
    throw new OperationFault(`AWS, asked for ${resource}, ${said}`, { cause: error });
  }
}
