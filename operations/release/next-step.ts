import { Refusal } from "../github.ts";
import { PlatformRefusal } from "./calls.ts";

/** What a person does after a platform refused a command about releases; undefined where none did. */
export function nextStep(error: unknown): string | undefined {
  const status = statusOf(error);
  if (status === undefined) return undefined;
  const when = status === 0 || status === 429 || status >= 500 ? "later" : "when that is mended";
  return `what was done is kept: run the same command again ${when}`;
}

/** What a platform answered, 0 where it did not. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof PlatformRefusal) return error.status;
  return error instanceof Error && error.cause instanceof Refusal ? error.cause.status : undefined;
}
