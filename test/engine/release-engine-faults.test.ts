import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { configOf, digest, ReleasePath, repository } from "./release-path.ts";

const path = new ReleasePath();
let round = 0;

/** The next release of production, by which each of the three clouds is given something else. */
function changed(): void {
  round += 1;
  const blocks = {
    "slipway:files": { components: ["api"], origins: [], noncurrentDays: 30 + round },
    "slipway:delivery": { environment: "production", branch: "main", variables: { ROUND: String(round) } },
  };
  const release = { version: `1.0.${round}`, images: { api: digest("ab".charAt(round % 2)) } };
  writeFileSync(path.fileOf("production"), configOf("production", release, {}, { blocks }));
}

beforeAll(async () => {
  await path.begin();
  changed();
  await path.up("production");
});
afterAll(() => path.slipway.end());

const said = "a fault set by slipway local fault";
const up = ["local", "up", "--stack", "production", "--stack-file", path.fileOf("production")];
const clouds = {
  digitalocean: {
    requests: ["--method", "PUT", "--path", "^/v2/apps/"],
    tries: 5,
    failure: (answer: string) => `digitalocean:index/app:App shop: PUT /v2/apps/ID: ${answer}`,
    words: (status: string) => `${status} ${said}`,
  },
  github: {
    requests: ["--method", "PATCH", "--path", "/variables/ROUND$"],
    tries: 4,
    failure: (answer: string) =>
      `github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable shop-delivery-variable-ROUND: PATCH CLOUD/api/v3/repos/${repository}/environments/production/variables/ROUND: ${answer}`,
    words: (status: string) => `${status} ${said} []`,
  },
  aws: {
    requests: ["--action", "PutBucketLifecycleConfiguration"],
    tries: 4,
    failure: (answer: string) =>
      `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration shop-files-expiry: ${answer}`,
    words: (status: string) => `${awsCodes[status]}: ${said}`,
  },
} as const;
const awsCodes: Readonly<Record<string, string>> = {
  401: "InvalidClientTokenId",
  404: "NoSuchEntity",
  409: "OperationAborted",
  422: "InvalidRequest",
  500: "InternalError",
};
const names = Object.keys(clouds) as (keyof typeof clouds)[];

/** Everything is as the file says. */
async function cameThrough(): Promise<void> {
  await path.up("production");
  expect(await path.release(["show", ...path.of("production")])).toMatchObject({
    meant: { version: `1.0.${round}` },
    differences: [],
  });
}

/** An up that one cloud stops: which resource, why and what next, and nothing else. */
async function stopped(
  name: keyof typeof clouds,
  answer: string,
  next: string,
  environment = {},
): Promise<void> {
  expect(await path.told(up, environment)).toEqual([
    "bringing up production failed:",
    `  cannot update ${clouds[name].failure(answer)}`,
    `what was done is kept; ${next}`,
  ]);
}

// What stopped one run is done by the next, which another cloud stops, and the last one comes through.
test.each([
  ["401", "the token is not taken or lacks a right: give one that may do this, then run it again"],
  ["404", "what it works on is gone, or the token may not see it: run it again with --refresh"],
  ["409", "something else was changing it: run it again"],
  ["422", "the cloud refuses what is asked for: change it in the stack file, then run it again"],
  ["500", "the cloud failed or did not answer: run it again to go on"],
])(
  "an up that DigitalOcean, then GitHub, then AWS answers %s says which resource, why and what next, and the one after comes through",
  async (status, next) => {
    for (const name of names) {
      const { requests, tries, words } = clouds[name];
      changed();
      await path.fault(name, status, ...requests, "--times", status === "500" ? String(tries) : "1");
      await stopped(name, words(status), next);
    }
    await cameThrough();
  },
);

test("an up that DigitalOcean, then GitHub does not answer in time says that nobody knows whether it was done, and the one after comes through", async () => {
  for (const name of ["digitalocean", "github"] as const) {
    changed();
    await path.fault(name, "timeout", ...clouds[name].requests);
    const from = name === "digitalocean" ? " from CLOUD" : "";
    const answer = `no answer${from} within 2 s: whether it was done is not known, run it again to look`;
    const next = "the cloud failed or did not answer: run it again to go on";
    await stopped(name, answer, next, { SLIPWAY_API_TIMEOUT: "2" });
  }
  await cameThrough();
});

test("an up that all three ask for patience with Retry-After, answer 500 and break off, asks again and comes through", async () => {
  changed();
  for (const name of names) {
    const { requests } = clouds[name];
    await path.fault(name, "429", ...requests, "--retry-after", "1");
    await path.fault(name, "500", ...requests);
  }
  await path.fault("digitalocean", "cut", ...clouds.digitalocean.requests);
  await path.fault("aws", "cut", ...clouds.aws.requests);
  await cameThrough();
  expect(await path.slipway.json(["local", "fault"])).toEqual({ faults: [] });
  expect(await path.up("production")).toMatchObject({
    changes: { create: 0, update: 0, replace: 0, delete: 0 },
    requests: { writes: 0 },
  });
});
