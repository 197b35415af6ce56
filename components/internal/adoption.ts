import { z } from "zod";
import { text } from "./values.ts";

/** The id of something that is there already and that the stack takes over as it is. */
export const adoptedId = (what: string) =>
  text(
    /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/,
    `must be the id of the ${what}, such as 4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf`,
  )
    .meta({ examples: ["4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf"] })
    .optional();

/** Whether something that the platform knows by its name is there already and taken over. @default false */
export const adoptedByName = z.boolean().optional();

/** The option that makes the engine take over what is there, where there is an id. */
export const adopting = (id: string | undefined): { import?: string } =>
  id === undefined || id === "" ? {} : { import: id };
