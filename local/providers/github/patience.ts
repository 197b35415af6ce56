import { setTimeout as wait } from "node:timers/promises";
import { isMissing, type Json } from "./client.ts";

const pauseMs = 1000;
const attempts = 60;

/**
 * Asks for something that was just written until it is there: GitHub shows new secrets and variables a little later.
 * Undefined after a minute, or where it cannot be shown: what was written stands all the same, and must not be lost
 * over the times that are missing here; the next read fills them in.
 */
export async function onceThere(ask: () => Promise<{ body: Json }>): Promise<Json | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      return (await ask()).body;
    } catch (error) {
      if (!isMissing(error)) return undefined;
      await wait(pauseMs);
    }
  }
  return undefined;
}
