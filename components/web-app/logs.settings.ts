import { z } from "zod";
import { SecretName, text } from "../internal/values.ts";

const secret = z.strictObject({ secret: SecretName });
// The value is not repeated: it may hold the very credentials that it must not hold.
const HttpsUrl = z.string().regex(/^https:\/\/[^\s@]+$/, "must be an https address without credentials");

/** Where the logs of every service, worker and job are sent as well; the platform itself keeps none for long. */
export const LogDestination = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("papertrail"),
    endpoint: text(/^[^\s:]+:\d{1,5}$/, "must be host:port, such as logs.papertrailapp.com:12345"),
  }),
  z.strictObject({ kind: z.literal("datadog"), endpoint: HttpsUrl.optional(), apiKey: secret }),
  z.strictObject({ kind: z.literal("logtail"), token: secret }),
  z
    .strictObject({
      kind: z.literal("opensearch"),
      endpoint: HttpsUrl.optional(),
      /** Name of a managed OpenSearch cluster of the account. */
      clusterName: z.string().min(1).optional(),
      index: z.string().min(1).optional(),
      user: z.string().min(1).optional(),
      password: secret.optional(),
    })
    .superRefine((destination, context) => {
      if ((destination.endpoint === undefined) === (destination.clusterName === undefined))
        context.addIssue({ code: "custom", message: "must have either endpoint or clusterName" });
      if ((destination.user === undefined) !== (destination.password === undefined))
        context.addIssue({ code: "custom", message: "must have both user and password, or neither" });
    }),
]);
export type LogDestination = z.output<typeof LogDestination>;

/** The name of a log destination. Limit: DigitalOcean API description of 2026-08-07. */
export const LogDestinationName = text(
  /^[A-Za-z0-9][A-Za-z0-9-]{1,41}$/,
  "must be 2 to 42 letters, digits and hyphens, such as datadog",
);
