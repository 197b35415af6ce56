import { z } from "zod";
import { adoptedId } from "./internal/adoption.ts";
import { ruled } from "./internal/rules.ts";
import type { NeededSecret } from "./internal/secrets.ts";
import { ComponentName, FreeText, Hostname, Port, text } from "./internal/values.ts";
import { AppAlert, ComponentAlert } from "./web-app/alerts.settings.ts";
import { IngressRule } from "./web-app/ingress.settings.ts";
import { LogDestination, LogDestinationName } from "./web-app/logs.settings.ts";
import { appRules } from "./web-app/rules.ts";
import { portRules, scaleRules, workerRules } from "./web-app/run.rules.ts";
import {
  HealthCheck,
  LivenessCheck,
  ServiceTermination,
  scaleSettings,
  Termination,
} from "./web-app/run.settings.ts";
import { siteRules, sourceRules } from "./web-app/source.rules.ts";
import { buildSettings, gitSources, ImageSource } from "./web-app/source.settings.ts";
import { secretUses } from "./web-app/uses.ts";
import { Environment } from "./web-app/variables.settings.ts";

const environment = Environment;
const runCommand = FreeText.optional()
  .describe("Command that starts the process. Default: that of the image or of the buildpack.")
  .meta({ examples: ["node server.js"] });
const alerts = z.array(ComponentAlert).default([]).describe("Alerts about this component.");
const image = ImageSource.optional();

const StaticSite = ruled(
  z.strictObject({
    ...gitSources,
    ...buildSettings,
    outputDirectory: FreeText.optional()
      .describe("Folder with the built files. Default: found by the platform: _static, dist, public, build.")
      .meta({ examples: ["dist"] }),
    indexDocument: FreeText.optional()
      .describe("File that answers for a folder. Default: the platform's, index.html.")
      .meta({ examples: ["index.html"] }),
    errorDocument: FreeText.optional()
      .describe(
        "File that answers with status 404 for every path that does not exist. Default: the platform's, 404.html.",
      )
      .meta({ examples: ["404.html"] }),
    catchallDocument: FreeText.optional()
      .describe("File that answers for every path that does not exist, for sites that route in the browser.")
      .meta({ examples: ["index.html"] }),
    environment,
  }),
  siteRules,
).describe("Files that the platform builds once and serves from its edge; it has no size and no instances.");

const Service = ruled(
  z.strictObject({
    ...gitSources,
    image,
    ...buildSettings,
    runCommand,
    port: Port.default(8080).describe("Port that the process listens on."),
    internalPorts: z.array(Port).default([]).describe("Ports that only other components of the app reach."),
    ...scaleSettings,
    health: HealthCheck.optional(),
    liveness: LivenessCheck.optional(),
    termination: ServiceTermination.optional(),
    alerts,
    environment,
  }),
  [...sourceRules, ...scaleRules, ...portRules],
).describe("A process that answers HTTP requests.");

const Worker = ruled(
  z.strictObject({
    ...gitSources,
    image,
    ...buildSettings,
    runCommand,
    ...scaleSettings,
    liveness: LivenessCheck.optional(),
    termination: Termination.optional(),
    alerts,
    environment,
  }),
  [...sourceRules, ...scaleRules, ...workerRules],
).describe("A process that answers nobody.");

const jobKinds = ["preDeploy", "postDeploy", "failedDeploy"] as const;

const Job = ruled(
  z.strictObject({
    kind: z
      .enum(jobKinds, {
        error: ({ input }) =>
          input === "scheduled"
            ? `must be one of ${jobKinds.join(", ")}: the provider cannot declare scheduled jobs; use a worker with a scheduler inside, or a scheduled workflow`
            : undefined,
      })
      .describe("When it runs: before a deployment goes live, after it, or after one that failed."),
    ...gitSources,
    image,
    ...buildSettings,
    runCommand,
    size: scaleSettings.size,
    termination: Termination.optional(),
    alerts,
    environment,
  }),
  sourceRules,
).describe("A process that runs to its end around every deployment, so it must be safe to run twice.");

const Domain = z
  .strictObject({
    name: Hostname.describe("Host name, in lower case and without scheme and path.").meta({
      examples: ["tinkertools.ao", "www.tinkertools.ao"],
    }),
    type: z
      .enum(["primary", "alias"])
      .describe(
        "Whether it is the one address of the app (`primary`) or another one (`alias`); an app has one primary.",
      ),
    wildcard: z
      .boolean()
      .default(false)
      .describe(
        "Whether every name below it is meant too; its proof of ownership must be renewed every 30 days.",
      ),
    zone: Hostname.optional().describe(
      "Zone at DigitalOcean in which the platform keeps the records of this name by itself.",
    ),
  })
  .describe("A host name that the app answers to.")
  .meta({ examples: [{ name: "tinkertools.ao", type: "primary" }] });

const WebAppBlock = z.strictObject({
  name: ComponentName.optional().describe(
    "Name of the app, unique in the account. Default: the product's and the stack's name.",
  ),
  import: adoptedId("app").describe(
    "Id of an app that is there already; the first run gives it the settings of this file.",
  ),
  domains: z
    .array(Domain)
    .default([])
    .describe(
      "Host names that the app answers to. Default: only the platform's own, below ondigitalocean.app.",
    ),
  staticSites: z.record(ComponentName, StaticSite).default({}).describe("Static sites by name."),
  services: z
    .record(ComponentName, Service)
    .default({})
    .describe("Services by name, which answer HTTP requests."),
  workers: z.record(ComponentName, Worker).default({}).describe("Workers by name, which answer nobody."),
  jobs: z.record(ComponentName, Job).default({}).describe("Jobs by name, which run around every deployment."),
  environment: Environment.describe("Variables of every component, by name; a component's own come first."),
  ingress: z.array(IngressRule).default([]).describe("Rules for requests; the first that fits decides."),
  alerts: z.array(AppAlert).default([]).describe("Alerts about the whole app."),
  logs: z
    .record(LogDestinationName, LogDestination)
    .default({})
    .describe(
      "Where the logs of every service, worker and job are sent as well, by name; the platform itself keeps none for long.",
    ),
  egress: z
    .enum(["shared", "dedicated"])
    .default("shared")
    .describe(
      "Whether requests leave from addresses of the app's own, which cost extra and are lost when given back.",
    ),
  edge: z
    .strictObject({
      isCached: z
        .boolean()
        .default(true)
        .describe("Whether the edge caches answers; switch it off for server-sent events."),
      hidesEmails: z
        .boolean()
        .default(true)
        .describe("Whether mail addresses in pages are hidden from programs that collect them."),
      hasThreatControl: z
        .boolean()
        .default(false)
        .describe("Whether suspicious requests have to pass further checks first."),
    })
    .prefault({})
    .describe("What the platform's edge does; each needs a domain of the app's own."),
  resendsSecrets: z
    .boolean()
    .default(false)
    .describe(
      "Whether every secret is sent in clear on every run, which deploys the app each time: for the one run that makes an app anew after it was deleted by hand, since the new app may not know the old one's ciphertexts.",
    ),
  maintenance: z
    .strictObject({
      isEnabled: z
        .boolean()
        .default(false)
        .describe("Whether visitors get the offline page instead of the product."),
      isArchived: z
        .boolean()
        .default(false)
        .describe("Whether the app is stopped and only its settings are kept."),
      offlinePage: text(/^https:\/\/\S+$/, "must be an https address")
        .optional()
        .describe("Address of the page that visitors get. Default: the platform's own page.")
        .meta({ examples: ["https://status.tinkertools.ao/offline"] }),
    })
    .optional()
    .describe("Taking the app from the web for a while."),
});
/** A web product on App Platform, checked and complete. */
export type WebAppSettings = z.output<typeof WebAppBlock>;

/** What a stack file may say about the app (`slipway:app`). */
export const WebAppSettings = ruled(WebAppBlock, appRules);

/** The stack secrets that an app needs; the paths of their uses start with `app`. */
export const webAppSecrets = (settings: WebAppSettings): NeededSecret[] => secretUses(settings);
