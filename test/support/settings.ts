import type { z } from "zod";
import { checkSettings } from "../../components/internal/settings.ts";

/** The lines that a person reads about settings, without header and indent; none where they are fine. */
export function faultLines(schema: z.ZodType, input: unknown): string[] {
  const checked = checkSettings(schema, input);
  return checked.ok ? [] : checked.faults.map(({ path, message }) => `${path}: ${message}`);
}

/** The settings with their defaults; throws where they are not fine. */
export function complete<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  return schema.parse(input);
}
