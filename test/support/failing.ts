import { expect } from "@jest/globals";
import type { Outcome } from "../../backup/failure.ts";

/** A failure of that kind with that message: two errors that differ in all but their messages are equal to Jest. */
export const failing = (outcome: Outcome, message: string) => expect.objectContaining({ outcome, message });
