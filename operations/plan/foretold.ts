import { unknownMark } from "./marks.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * What the platforms add to a resource as far as it follows from its inputs, so that what is made from it (policies,
 * addresses) can be read in a plan. What does not follow stays unknown.
 */
const known: Readonly<Record<string, (inputs: Values) => Values>> = {
  "aws:s3/bucket:Bucket": ({ bucket }) => ({ arn: `arn:aws:s3:::${bucket}` }),
  "aws:iam/user:User": ({ name }) => ({ arn: `arn:aws:iam::${unknownMark}:user/${name}` }),
  "aws:iam/role:Role": ({ name }) => ({ arn: `arn:aws:iam::${unknownMark}:role/${name}` }),
  "digitalocean:index/databaseCluster:DatabaseCluster": () => ({
    host: unknownMark,
    privateHost: unknownMark,
    // Every cluster's port. Source: DigitalOcean, connecting to PostgreSQL, 2026-11-21.
    port: 25060,
  }),
  "digitalocean:index/app:App": ({ spec }) => {
    const domain = primaryDomain(spec);
    return domain === undefined ? {} : { liveUrl: `https://${domain}` };
  },
};

/** The outputs of a resource that are known before it exists, besides its inputs. */
export const foretold = (type: string, inputs: Values): Values => known[type]?.(inputs) ?? {};

function primaryDomain(spec: unknown): string | undefined {
  const names = (spec as { domainNames?: { name: string; type?: string }[] } | undefined)?.domainNames ?? [];
  return names.find(({ type }) => type === "PRIMARY")?.name;
}
