import type { z } from "zod";
import { readSettings } from "../../components/config.ts";
import { checkSettings, SettingsError } from "../../components/internal/settings.ts";

/** The lines that a person reads about settings, without header and indent; none where they are fine. */
export function faultLines(schema: z.ZodType, input: unknown): string[] {
  const checked = checkSettings(schema, input);
  return checked.ok ? [] : checked.faults.map(({ path, message }) => `${path}: ${message}`);
}

/** The settings with their defaults; throws where they are not fine. */
export function complete<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  return schema.parse(input);
}

/** Stands for the public keys that backups are encrypted for. */
export const recipients = `age1${"q".repeat(58)}`;

/** A configuration as the engine hands it over: blocks are JSON. */
export const stackConfig = (given: Partial<Record<string, unknown>>) => ({
  ...Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      `slipway:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ),
});

/** The lines that a person reads about a stack, without header and indent. */
export function stackLines(given: Partial<Record<string, unknown>>, stack = "dev"): string[] {
  try {
    readSettings(stack, stackConfig(given));
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.slice(2));
  }
}
