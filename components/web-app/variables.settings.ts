import { z } from "zod";
import { ComponentName, SecretName, SqlName, VariableName } from "../internal/values.ts";

export const VariableScope = z
  .enum(["runTime", "buildTime", "runAndBuildTime"])
  .describe(
    "When the variable exists: while the component is built, while it runs, or both. Default: `runTime` with an image, `buildTime` in a static site, otherwise both.",
  );
export type VariableScope = z.output<typeof VariableScope>;

const scope = VariableScope.optional();

/** More than anybody puts into a variable by hand; the platform names no limit. */
const longestValue = 32_768;
const plain = [z.string().max(longestValue), z.number(), z.boolean()] as const;

const ReleaseFact = z
  .enum(["version", "commit", "builtAt"])
  .describe("Fact of `slipway:release` that the variable gets.");

/** Source: DigitalOcean App Platform, "Use environment variables", bindable variables, 2026-11-21. */
const ComponentFact = z
  .enum([
    "publicUrl",
    "publicDomain",
    "publicRoutePath",
    "privateUrl",
    "privateDomain",
    "privatePort",
    "commitHash",
  ])
  .describe("What that component tells about itself; addresses are known once it is deployed.");
export type ComponentFact = z.output<typeof ComponentFact>;

const forms =
  "must be a text, a number, true or false, or a block with one of value, secret, bind, database, component or release";

export const Variable = z
  .union(
    [
      ...plain,
      z
        .strictObject({
          value: z
            .union(plain)
            .describe("The value itself, which everybody who reads the stack file reads too.")
            .meta({ examples: ["https://shop.example", 3, true] }),
          isPublic: z
            .boolean()
            .optional()
            .describe("Whether everybody may read it, though its name or form is that of a secret."),
          scope,
        })
        .describe("A plain value, with more about it.")
        .meta({
          examples: [
            { value: "G-4T7XK2", isPublic: true },
            { value: "production", scope: "buildTime" },
          ],
        }),
      z
        .strictObject({
          secret: SecretName.describe("Key of the stack secret that holds the value."),
          optional: z
            .boolean()
            .optional()
            .describe("Whether the product runs without it: an unset secret then leaves the variable out."),
          scope,
        })
        .describe("The value of a stack secret.")
        .meta({ examples: [{ secret: "secretKey" }, { secret: "sentryDsn", optional: true }] }),
      z
        .strictObject({
          bind: z
            .string()
            .max(longestValue)
            .describe("Text with bindable references, such as `${APP_URL}/api`.")
            .meta({ examples: ["${APP_URL}/api"] }),
          scope,
        })
        .describe("A text in which the platform puts what it knows.")
        .meta({ examples: [{ bind: "${APP_URL}/api" }] }),
      z
        .strictObject({
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
        })
        .describe("The URL of one of the stack's databases, with user and password.")
        .meta({ examples: [{ database: "tinkertools", connections: 5 }] }),
      z
        .strictObject({
          component: ComponentName.describe("Component of the app that is asked."),
          fact: ComponentFact,
          scope,
        })
        .describe("What another component of the app tells about itself.")
        .meta({ examples: [{ component: "tinkertools-api", fact: "privateUrl" }] }),
      z
        .strictObject({ release: ReleaseFact, scope })
        .describe("A fact of the release that is running.")
        .meta({ examples: [{ release: "version" }] }),
    ],
    { error: forms },
  )
  .describe("A variable: its value, or where the value comes from.");
export type Variable = z.output<typeof Variable>;

export const Environment = z
  .record(VariableName, Variable)
  .prefault({})
  .describe("Environment variables by name.")
  .meta({ examples: [{ LOG_LEVEL: "INFO", SECRET_KEY: { secret: "secretKey" } }] });
export type Environment = z.output<typeof Environment>;
