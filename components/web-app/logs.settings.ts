import { z } from "zod";
import { type Rule, ruled } from "../internal/rules.ts";
import { FreeText, SecretName, text } from "../internal/values.ts";

const secretOf = (what: string) =>
  z.strictObject({ secret: SecretName }).describe(`Key of the stack secret with the ${what}.`);
// The value is not repeated: it may hold the very credentials that it must not hold.
const HttpsUrl = FreeText.regex(/^https:\/\/[^\s@]+$/, "must be an https address without credentials").meta({
  examples: ["https://logs.tinkertools.ao"],
});

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

export const LogDestination = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("papertrail").describe("Papertrail, by syslog over TLS."),
      endpoint: text(
        /^[^\s:/@]+:(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
        "must be host:port, such as logs.papertrailapp.com:12345",
      )
        .describe("Host and port that Papertrail gives to the account.")
        .meta({ examples: ["logs.papertrailapp.com:12345"] }),
    }),
    z.strictObject({
      kind: z.literal("datadog").describe("Datadog."),
      endpoint: HttpsUrl.optional()
        .describe("Address that takes the logs of the account's region. Default: the platform's.")
        .meta({ examples: ["https://http-intake.logs.datadoghq.eu"] }),
      apiKey: secretOf("API key of Datadog"),
    }),
    z.strictObject({
      kind: z.literal("logtail").describe("Logtail, now called Better Stack."),
      token: secretOf("source token of Logtail"),
    }),
    ruled(
      z.strictObject({
        kind: z
          .literal("opensearch")
          .describe("OpenSearch, at any address or a managed cluster of the account."),
        endpoint: HttpsUrl.optional()
          .describe("Address of OpenSearch; either this or `clusterName`.")
          .meta({ examples: ["https://search.tinkertools.ao:9200"] }),
        clusterName: FreeText.optional()
          .describe("Name of a managed OpenSearch cluster of the account.")
          .meta({ examples: ["tinkertools-logs"] }),
        index: FreeText.optional().describe(
          "Index that the logs are written to. Default: the platform's, `logs`.",
        ),
        user: FreeText.optional().describe("User that writes the logs."),
        password: secretOf("password of that user").optional(),
      }),
      openSearchRules,
    ),
  ])
  .describe("A place that the logs are sent to.")
  .meta({ examples: [{ kind: "datadog", apiKey: { secret: "datadogKey" } }] });
export type LogDestination = z.output<typeof LogDestination>;

/** The name of a log destination. Limit: DigitalOcean API description of 2026-08-07. */
export const LogDestinationName = text(
  /^[A-Za-z0-9][A-Za-z0-9-]{1,41}$/,
  "must be 2 to 42 letters, digits and hyphens, such as datadog",
).meta({ examples: ["datadog"] });
