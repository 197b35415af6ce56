import { z } from "zod";
import { type AppSize as AppSizeName, appSizes, formerAppSizes } from "../../catalog/app-sizes.ts";
import { type DatabaseSize as DatabaseSizeName, databaseSizes } from "../../catalog/database-sizes.ts";
import {
  formerPostgresVersions,
  type PostgresVersion as PostgresVersionName,
  postgresVersions,
} from "../../catalog/postgres-versions.ts";
import { type AppRegion, dataCentres } from "../../catalog/regions.ts";
import { shown } from "./faults.ts";

/** Longer than anybody types; more than that is a mistake, and looking at it takes time. */
const longestText = 4096;
const short = () =>
  z.string().max(longestText, { abort: true, error: `must have at most ${longestText} characters` });

/** Words or a command of somebody's own: neither blank nor endless. */
export const FreeText = short().regex(/\S/, "must not be blank");

/** A text of a certain form; the message gives the form with an example, then the value that was given. */
export const text = (form: RegExp, must: string, part: { shown(given: string): string } = whole) =>
  short().regex(form, {
    error: ({ input, path }) =>
      `${must}; got ${shown(typeof input === "string" ? part.shown(input) : input, path)}`,
  });

const whole = { shown: (given: string) => given };

const names = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as [K, ...K[]];

const label = "(?!-)[a-z0-9-]{1,63}(?<!-)";

/** A host name in lower case, `tinkertools.ao`. */
export const Hostname = text(
  new RegExp(`^(?=.{4,253}$)(?:${label}\\.)+(?!\\d+$)${label}$`),
  "must be a host name in lower case without scheme, path or final dot, such as tinkertools.ao",
).meta({ examples: ["tinkertools.ao"] });

/** An App Platform region, `nyc`. */
export const Region = z
  .enum(names<AppRegion>(dataCentres), {
    error: ({ input }) => {
      const region = typeof input === "string" ? /^([a-z]{3})\d$/.exec(input)?.[1] : undefined;
      if (region === undefined || !Object.hasOwn(dataCentres, region)) return undefined;
      return `must be a region of App Platform, not a data centre: ${region}, beside which the database is put into ${dataCentres[region as AppRegion]}; got ${shown(input)}`;
    },
  })
  .meta({ examples: ["nyc", "fra"] });
export type Region = z.output<typeof Region>;

/** The size of an App Platform instance, `apps-s-1vcpu-1gb`. */
export const AppSize = z
  .enum(names<AppSizeName>(appSizes), {
    error: ({ input }) => {
      const word = typeof input === "string" ? input.toLowerCase().replace(/[\s_]+/g, "-") : "";
      const now = Object.hasOwn(formerAppSizes, word) ? formerAppSizes[word] : undefined;
      if (now === undefined) return undefined;
      const { usdPerMonth, isCountable } = appSizes[now];
      const alone = isCountable ? "" : ", which runs alone";
      return `must be a size that is still sold; ${shown(input)} is now ${now}${alone}, for ${usdPerMonth} USD a month`;
    },
  })
  .meta({ examples: ["apps-s-1vcpu-1gb", "apps-d-2vcpu-4gb"] });
export type AppSize = z.output<typeof AppSize>;

/** The size of a database node, `db-s-1vcpu-2gb`. */
export const DatabaseSize = z
  .enum(names<DatabaseSizeName>(databaseSizes))
  .meta({ examples: ["db-s-1vcpu-2gb", "gd-2vcpu-8gb"] });
export type DatabaseSize = z.output<typeof DatabaseSize>;

/** A major version of Postgres, `"16"`. */
export const PostgresVersion = z
  .enum(names<PostgresVersionName>(postgresVersions), {
    error: ({ input }) => {
      if (typeof input === "number") return `must be a text: write it in quotes, "${input}"`;
      const isFormer = typeof input === "string" && Object.hasOwn(formerPostgresVersions, input);
      const end = isFormer ? formerPostgresVersions[input] : undefined;
      return (
        end &&
        `must be one of ${names(postgresVersions).join(", ")}; the platform has created no ${shown(input)} since ${end}`
      );
    },
  })
  .meta({ examples: ["16"] });

/** The digest of an image, `sha256:` and 64 hexadecimal digits. */
export const Digest = text(
  /^sha256:[0-9a-f]{64}$/,
  "must be an image digest: sha256: and 64 hexadecimal digits",
).meta({ examples: [`sha256:${"4f6c71e21e904762".repeat(4)}`] });

/** A moment in UTC, `2026-11-21T10:00:00Z`. */
export const Moment = z.iso
  .datetime({
    error: ({ input }) =>
      typeof input === "string"
        ? `must be a moment in UTC such as 2026-11-21T10:00:00Z; got ${shown(input)}`
        : undefined,
  })
  .meta({ examples: ["2026-11-21T10:00:00Z"] });

/** An image repository without registry, tag or digest, `tinkertools/tinkertools-api`. */
export const ImageRepository = text(
  /^(?=.{1,200}$)[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/,
  "must be an image repository without registry, tag or digest, such as tinkertools/tinkertools-api",
).meta({ examples: ["tinkertools/tinkertools-api"] });

/**
 * The name of an app's component, `tinkertools-api`.
 *
 * Source: DigitalOcean API description of 2026-08-07 (`app_component_base.name`).
 */
export const ComponentName = text(
  /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
  "must be 2 to 32 lower-case letters, digits and hyphens, with a letter first, such as tinkertools-api",
).meta({ examples: ["tinkertools-api"] });

/** An environment variable, `LOG_LEVEL`. */
export const VariableName = text(
  /^[_A-Za-z][_A-Za-z0-9]*$/,
  "must be letters, digits and underscores, not starting with a digit, such as LOG_LEVEL",
).meta({ examples: ["LOG_LEVEL"] });

/** A database, user or pool of Postgres that needs no quotes, `tinkertools_app`. */
export const SqlName = text(
  /^[a-z_][a-z0-9_]{0,62}$/,
  "must be at most 63 lower-case letters, digits and underscores, not starting with a digit, such as tinkertools_app",
).meta({ examples: ["tinkertools_app"] });

/**
 * The key of a stack secret, `secretKey` for `slipway:secretKey`. The value is never repeated: whoever writes the
 * secret itself here must not read it in a log.
 */
export const SecretName = short()
  .regex(
    /^[a-z][A-Za-z0-9]{0,63}$/,
    "must be the key of a stack secret in camel case, such as secretKey, not its value",
  )
  .refine((name) => !(name in Object.prototype), {
    error: "must be another key: every object of JavaScript has this one already",
  })
  .describe(
    "Key of the stack secret that holds it, without `slipway:`; the secret itself is set with `pulumi config set --secret`.",
  )
  .meta({ examples: ["secretKey"] });

/** An e-mail address; what is none is not repeated, since it may be a list of people. */
export const Email = short()
  .regex(
    /^(?=.{1,254}$)(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)+(?:[A-Za-z]{2,63}|[xX][nN]--[A-Za-z0-9-]{1,58}[A-Za-z0-9])$/,
    "must be an e-mail address such as devops@tinkertools.ao",
  )
  .meta({ examples: ["devops@tinkertools.ao"] });

/** A path on the site, `/api`; what follows it in an address is not repeated, since it may be a token. */
export const UrlPath = short()
  .regex(/^\/[^\s?#]*$/, { error: ({ input, path }) => urlPathText(String(input), path) })
  .meta({ examples: ["/api/health"] });

/** What is wrong with what should be a path. */
function urlPathText(given: string, place: PropertyKey[] | undefined): string {
  const own = given.replace(/[?#].*$/s, "");
  const got = `got ${shown(own, place)}`;
  if (!given.startsWith("/")) return `must be a path that starts with a slash, such as /api/health; ${got}`;
  if (/\s/.test(own)) return `must be a path without blanks, which addresses have as %20; ${got}`;
  return `must be the path alone: leave out ${given[own.length]} and what follows it; ${got} before it`;
}

/** A TCP port. */
export const Port = z.int().min(1).max(65535);

/** Where a Slack message goes. */
export const Slack = z
  .strictObject({
    channel: text(/^#[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}_-]{1,80}$/u, "must be a Slack channel such as #alerts")
      .describe("Channel that the message is written to, with its `#`.")
      .meta({ examples: ["#alerts"] }),
    secret: SecretName.describe("Key of the stack secret with the URL of Slack's webhook."),
  })
  .describe("Slack channel that is written to, and the stack secret with the webhook's URL.");
export type Slack = z.output<typeof Slack>;
