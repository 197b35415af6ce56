import { defaultProduct } from "../../components/default-product.ts";

/** How many resources a stack of `largeStack` has besides its records, checks and services. */
const alertsOfCheck = 2;

/** The configuration of a stack of about so many resources: records, checks with alerts, and a service for each fifty. */
export function largeStack(resources: number): Record<string, string> {
  const checks = Math.floor(resources / 10);
  const records = resources - checks * (1 + alertsOfCheck);
  const { product, network, database, app, operations } = defaultProduct;
  const service = app.services["tinkertools-api"];
  const blocks = {
    product,
    network,
    database,
    operations,
    release: { version: "1.0.0", images: {} },
    app: {
      ...app,
      services: Object.fromEntries(
        numbered(Math.max(1, Math.floor(resources / 50))).map((number) => [
          number === 0 ? "tinkertools-api" : `service-${number}`,
          { ...service, image: { ...service.image, tag: "1.0.0" }, environment: {} },
        ]),
      ),
    },
    dns: {
      zone: "large.example",
      records: numbered(records).map((number) => ({
        type: "A",
        name: `host-${number}`,
        value: `203.0.${Math.floor(number / 250)}.${1 + (number % 250)}`,
      })),
    },
    monitoring: {
      checks: Object.fromEntries(
        numbered(checks).map((number) => [
          `check-${number}`,
          { path: `/${number}`, latencyMs: 2000, emails: ["devops@example.com"] },
        ]),
      ),
    },
  };
  return Object.fromEntries(
    Object.entries(blocks).map(([key, value]) => [`slipway:${key}`, JSON.stringify(value)]),
  );
}

const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
