import { App } from "@pulumi/digitalocean/app.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { adopting } from "./internal/adoption.ts";
import { nameLimits, physicalName } from "./internal/names.ts";
import { missingSecrets } from "./internal/secrets.ts";
import { parseSettings, SettingsError } from "./internal/settings.ts";
import type { Region } from "./internal/values.ts";
import { ReleaseSettings } from "./release.settings.ts";
import { attachmentNames } from "./web-app/attachments.ts";
import type { SpecSources } from "./web-app/component-spec.ts";
import { usedDatabases } from "./web-app/components.ts";
import { alertRoutes, routesText, slackSecrets } from "./web-app/destinations.ts";
import {
  leavesDestinationsOut,
  openSealed,
  resealed,
  type Sealed,
  sentValue,
  withDestinations,
} from "./web-app/sealed.ts";
import { appSpec, type ClusterWiring } from "./web-app/spec.ts";
import { databaseUseFaults, versionFaults } from "./web-app/wiring.ts";
import { WebAppSettings, webAppSecrets } from "./web-app.settings.ts";

/** How the app reaches its databases. */
export interface AppDatabase extends ClusterWiring {
  /** Whether the app uses the private network or the public address. */
  connection: "private" | "public";
  privateHost: pulumi.Input<string>;
  port: pulumi.Input<number>;
}

export interface WebAppArgs extends z.input<typeof WebAppSettings> {
  region: Region;
  /** `owner/repository` for components that name no other. */
  repository: string;
  /** @default - nothing was released: images run by their own tag or digest */
  release?: z.input<typeof ReleaseSettings>;
  /** The stack secrets that the settings refer to, by key. */
  secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** The private network to join. @default - none */
  networkId?: pulumi.Input<string>;
  /** @default - the app has no database */
  database?: AppDatabase;
  /** What the name at the platform starts with. @default - the component's name */
  namedAs?: string | undefined;
  /** What the stack's output `sealed` held after its last run. @default - every secret is sent in clear */
  sealed?: pulumi.Input<Sealed | undefined>;
}

/**
 * A web product on App Platform: static sites, services, workers and jobs behind one set of addresses.
 *
 * A secret reaches the platform in clear when it is new or changed; otherwise the platform's own ciphertext is sent
 * back, so that nothing is deployed for a secret that stayed the same. For that the program must keep `sealed` as an
 * output of the stack and hand it in again.
 *
 * @example
 * new WebApp("tinkertools", {
 *   region: "nyc", repository: "tinkertools/tinkertools",
 *   services: { api: { image: { registry: "ghcr", repository: "tinkertools/api", tag: "1.4.2" } } },
 *   ingress: [{ path: "/", component: "api" }],
 * });
 */
export class WebApp extends pulumi.ComponentResource {
  /** What the platform knows the app by. */
  public readonly id: pulumi.Output<string>;
  /** The name that projects know the app by. */
  public readonly appUrn: pulumi.Output<string>;
  /** The address that people use. */
  public readonly liveUrl: pulumi.Output<string>;
  /** The platform's own address. */
  public readonly defaultIngress: pulumi.Output<string>;
  /** What the next run needs to recognise unchanged secrets; secret, and without any plaintext. */
  public readonly sealed: pulumi.Output<Sealed>;

  constructor(name: string, args: WebAppArgs, opts?: pulumi.ComponentResourceOptions) {
    const {
      region,
      repository,
      release: released,
      secrets = {},
      networkId,
      database,
      sealed,
      namedAs = name,
      ...input
    } = args;
    const settings = parseSettings(WebAppSettings, input, name);
    const release = parseSettings(ReleaseSettings, released ?? {}, name);
    const faults = [
      ...versionFaults(settings, release),
      ...databaseUseFaults(settings, Object.keys(database?.databases ?? {}).sort()),
      ...missingSecrets(webAppSecrets(settings), Object.keys(secrets)),
    ];
    if (faults.length > 0) throw new SettingsError(name, faults);
    super("slipway:index:WebApp", name, { region, repository, release, ...settings }, opts);

    const before = pulumi
      .secret(pulumi.output(sealed))
      .apply((output) => openSealed(output, settings.resendsSecrets));
    const plaintexts: Record<string, pulumi.Output<string>> = {};
    const routes = alertRoutes(settings);
    const urls = Object.fromEntries(
      slackSecrets(routes).map((key) => [key, pulumi.secret(secrets[key] ?? "")]),
    );
    const routed = pulumi.output(urls).apply((known) => routesText(routes, known));
    // Only whether they are left out, which is no secret.
    const areLeftOut = pulumi.unsecret(
      pulumi.all([before, routed]).apply(([known, text]) => leavesDestinationsOut(known, text)),
    );
    const attachments = attachmentNames(usedDatabases(settings));
    const sources: SpecSources = {
      repository,
      release,
      secret(place, key) {
        const plaintext = secrets[key];
        if (plaintext === undefined) return undefined;
        plaintexts[place] = pulumi.secret(plaintext);
        return pulumi
          .all([before, plaintexts[place]])
          .apply(([known, text]) => sentValue(known, place, text));
      },
      databaseUrl: (wanted) => databaseUrl(attachments[wanted] ?? wanted, wanted, database),
      destinations: ({ emails, slack }) =>
        areLeftOut.apply((isLeftOut) =>
          isLeftOut
            ? undefined
            : {
                emails,
                slackWebhooks: slack.map(({ channel, secret }) => ({
                  channel,
                  url: pulumi.secret(secrets[secret] ?? ""),
                })),
              },
        ),
    };

    const app = new App(
      name,
      {
        spec: appSpec(
          settings,
          {
            appName: settings.name ?? physicalName([namedAs, pulumi.getStack()], nameLimits.app),
            region,
            vpcId: networkId,
            cluster: database,
          },
          sources,
        ),
      },
      // Unlike parent and protection, what the component waits for does not reach its children by itself.
      {
        parent: this,
        ...adopting(settings.import),
        ...(opts?.dependsOn === undefined ? {} : { dependsOn: opts.dependsOn }),
      },
    );

    this.id = app.id;
    this.appUrn = app.appUrn;
    this.liveUrl = app.liveUrl;
    this.defaultIngress = app.defaultIngress;
    this.sealed = pulumi.secret(
      pulumi
        .all([before, plaintexts, app.spec, routed, app.updatedAt])
        .apply(([known, texts, spec, text, updatedAt]) => {
          const next = resealed(known, texts, spec);
          return routes.length === 0 ? next : withDestinations(next, text, { spec, updatedAt });
        }),
    );
    this.registerOutputs({
      id: this.id,
      appUrn: this.appUrn,
      liveUrl: this.liveUrl,
      defaultIngress: this.defaultIngress,
      sealed: this.sealed,
    });
  }
}

/**
 * The address of a database for the app's own login, whose name and password the platform fills in. The platform's
 * ready-made address is a public host name even inside the private network, so the private one is put together here.
 */
export function databaseUrl(
  attachment: string,
  databaseName: string,
  database: Pick<AppDatabase, "connection" | "privateHost" | "port"> | undefined,
): pulumi.Input<string> {
  if (database === undefined || database.connection === "public") return `\${${attachment}.DATABASE_URL}`;
  const login = `\${${attachment}.USERNAME}:\${${attachment}.PASSWORD}`;
  const { privateHost, port } = database;
  return pulumi.interpolate`postgresql://${login}@${privateHost}:${port}/${databaseName}?sslmode=require`;
}
