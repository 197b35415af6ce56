import { z } from "zod";
import { type Rule, ruled } from "../internal/rules.ts";
import { FreeText, SecretName, text } from "../internal/values.ts";

const secret = z.strictObject({ secret: SecretName });
// The value is not repeated: it may hold the very credentials that it must not hold.
const HttpsUrl = FreeText.regex(/^https:\/\/[^\s@]+$/, "must be an https address without credentials");

interface OpenSearch {
  endpoint?: unknown;
  clusterName?: unknown;
  user?: unknown;
  password?: unknown;
}

/** What must hold between the settings of a destination at OpenSearch. */
export const openSearchRules: readonly Rule<OpenSearch>[] = [
  {
    id: "log-cluster",
    demands: "Logs go to an OpenSearch address or to a managed cluster.",
    faults: ({ endpoint, clusterName }) =>
      (endpoint === undefined) === (clusterName === undefined)
        ? [{ path: [], message: "must have either endpoint or clusterName" }]
        : [],
  },
  {
    id: "log-login",
    demands: "A login has a user and a password.",
    faults: ({ user, password }) =>
      (user === undefined) !== (password === undefined)
        ? [{ path: [], message: "must have both user and password, or neither" }]
        : [],
  },
];

/** Where the logs of every service, worker and job are sent as well; the platform itself keeps none for long. */
export const LogDestination = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("papertrail"),
    endpoint: text(
      /^[^\s:/@]+:(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
      "must be host:port, such as logs.papertrailapp.com:12345",
    ),
  }),
  z.strictObject({ kind: z.literal("datadog"), endpoint: HttpsUrl.optional(), apiKey: secret }),
  z.strictObject({ kind: z.literal("logtail"), token: secret }),
  ruled(
    z.strictObject({
      kind: z.literal("opensearch"),
      endpoint: HttpsUrl.optional(),
      clusterName: FreeText.optional().describe("Name of a managed OpenSearch cluster of the account."),
      index: FreeText.optional(),
      user: FreeText.optional(),
      password: secret.optional(),
    }),
    openSearchRules,
  ),
]);
export type LogDestination = z.output<typeof LogDestination>;

/** The name of a log destination. Limit: DigitalOcean API description of 2026-08-07. */
export const LogDestinationName = text(
  /^[A-Za-z0-9][A-Za-z0-9-]{1,41}$/,
  "must be 2 to 42 letters, digits and hyphens, such as datadog",
);
