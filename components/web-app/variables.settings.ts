import { z } from "zod";
import { ComponentName, SecretName, SqlName, VariableName } from "../internal/values.ts";

/** When a variable exists: while the component is built, while it runs, or both. */
export const VariableScope = z.enum(["runTime", "buildTime", "runAndBuildTime"]);
export type VariableScope = z.output<typeof VariableScope>;

const scope = VariableScope.optional();

/** More than anybody puts into a variable by hand; the platform names no limit. */
const longestValue = 32_768;
const plain = [z.string().max(longestValue), z.number(), z.boolean()] as const;

/** A fact of the release that is running. */
const ReleaseFact = z.enum(["version", "commit", "builtAt"]);

/**
 * What another component of the app tells about itself.
 *
 * Source: DigitalOcean App Platform, "Use environment variables", bindable variables, 2026-11-21.
 */
const ComponentFact = z.enum([
  "publicUrl",
  "publicDomain",
  "publicRoutePath",
  "privateUrl",
  "privateDomain",
  "privatePort",
  "commitHash",
]);
export type ComponentFact = z.output<typeof ComponentFact>;

const forms =
  "must be a text, a number, true or false, or a block with one of value, secret, bind, database, component or release";

/** One environment variable: its value, or where the value comes from. */
export const Variable = z.union(
  [
    ...plain,
    z.strictObject({
      value: z.union(plain),
      isPublic: z
        .boolean()
        .optional()
        .describe("Whether everybody may read it, though its name or form is that of a secret."),
      scope,
    }),
    z.strictObject({
      secret: SecretName.describe("Key of the stack secret that holds the value."),
      optional: z
        .boolean()
        .optional()
        .describe("Whether the product runs without it: an unset secret then leaves the variable out."),
      scope,
    }),
    z.strictObject({
      bind: z.string().max(longestValue).describe("Text with bindable references, such as `${APP_URL}/api`."),
      scope,
    }),
    z.strictObject({
      database: SqlName.describe("Database of this stack, of which the variable gets the URL."),
      connections: z
        .int()
        .min(1)
        .max(10_000)
        .optional()
        .describe(
          "Connections that each instance keeps open at most. Default: DATABASE_POOL_SIZE of the same component, or 1.",
        ),
      scope,
    }),
    z.strictObject({ component: ComponentName, fact: ComponentFact, scope }),
    z.strictObject({ release: ReleaseFact, scope }),
  ],
  { error: forms },
);
export type Variable = z.output<typeof Variable>;

/** Environment variables by name. */
export const Environment = z.record(VariableName, Variable).prefault({});
export type Environment = z.output<typeof Environment>;
