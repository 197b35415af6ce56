import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { type PlannedStack, planStack } from "../../../operations/plan/graph.ts";

/** What a stack's file sets, with these secrets. */
function fileOf(stack: string, secrets: Record<string, string> = {}): Record<string, string> {
  const { config } = parse(readFileSync(new URL(`../../../Pulumi.${stack}.yaml`, import.meta.url), "utf8"));
  return Object.fromEntries(
    Object.entries({ ...config, ...secrets }).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

const urn = (type: string, name: string) => `urn:pulumi:production::slipway::${type}::${name}`;

/** The one resource of this type and name, without its urn. */
function one({ resources }: PlannedStack, type: string, name: string) {
  const [found, ...others] = resources.filter((each) => each.type === type && each.name === name);
  expect(others).toEqual([]);
  return found;
}

describe("the plan of production", () => {
  let plan: PlannedStack;

  test("holds every resource once, in the order of its urn", async () => {
    plan = await planStack("production", fileOf("production"));
    const urns = plan.resources.map((each) => each.urn);
    expect(urns.length).toBe(68);
    expect([...new Set(urns)].sort()).toEqual(urns);
  });

  test("knows a resource's options, also those of its parent", () => {
    const cluster = one(plan, "digitalocean:index/databaseCluster:DatabaseCluster", "tinkertools-db");
    expect(cluster).toEqual({
      urn: urn("slipway:index:Database$digitalocean:index/databaseCluster:DatabaseCluster", "tinkertools-db"),
      type: "digitalocean:index/databaseCluster:DatabaseCluster",
      name: "tinkertools-db",
      parent: urn("slipway:index:Database", "tinkertools-db"),
      component: "tinkertools-db",
      inputs: {
        engine: "pg",
        maintenanceWindows: [{ day: "sunday", hour: "03:00" }],
        name: "tinkertools-db-production",
        nodeCount: 1,
        privateNetworkUuid: "[known after up]",
        region: "nyc1",
        size: "db-s-1vcpu-2gb",
        version: "16",
      },
      options: {
        protect: true,
        retainOnDelete: true,
        ignoreChanges: ["privateNetworkUuid", "projectId", "storageSizeMib"],
        dependsOn: [urn("slipway:index:Network$digitalocean:index/vpc:Vpc", "tinkertools-network")],
        aliases: [],
      },
    });
  });

  test("foretells what follows from the inputs and marks what only the platform knows", () => {
    const rights = one(plan, "aws:iam/userPolicy:UserPolicy", "tinkertools-backups-writer-rights");
    expect(JSON.parse(String(rights?.inputs["policy"])).Statement[0].Resource).toBe(
      "arn:aws:s3:::tinkertools-backups-production/postgres/*",
    );
    const role = one(
      plan,
      "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
      "tinkertools-delivery-variable-AWS_ROLE_ARN",
    );
    expect(role?.inputs["value"]).toBe("arn:aws:iam::[known after up]:role/tinkertools-delivery-production");
    const reviewed = one(
      plan,
      "github:index/repositoryEnvironment:RepositoryEnvironment",
      "tinkertools-delivery",
    );
    expect(reviewed?.inputs["reviewers"]).toEqual([{ teams: ["[known after up]"] }]);
    const check = one(plan, "digitalocean:index/uptimeCheck:UptimeCheck", "tinkertools-monitoring-health");
    expect(check?.inputs["target"]).toBe("https://tinkertools.ao/health");
  });

  test("tells the outputs as far as they are known", () => {
    const { monthlyCost: _, ...outputs } = plan.outputs;
    expect(outputs).toEqual({
      deployed: {
        product: "tinkertools",
        dataCentre: "nyc1",
        ipRange: "10.30.0.0/20",
        database: { version: "16", size: "db-s-1vcpu-2gb", replicas: {} },
      },
      appId: "[known after up]",
      appUrl: "https://tinkertools.ao",
      backupBucket: "tinkertools-backups-production",
      backupAccess: "[secret]",
      databaseAdminUrl: "[secret]",
      databaseHost: "[known after up]",
      databaseName: "tinkertools",
      databasePort: 25060,
      databaseUrl: "[secret]",
      databaseUrls: "[secret]",
      databaseUser: "tinkertools_app",
      githubEnvironment: "production",
      release: { version: "0.0.0", images: { "tinkertools-api": `sha256:${"0".repeat(64)}` } },
      sealed: "[secret]",
      zone: "tinkertools.ao",
    });
  });
});

test("no value of a secret is in a plan, given or made", async () => {
  const given = {
    "slipway:secretKey": "marker-one",
    "slipway:sentryDsn": "marker-two",
    "slipway:slackAlerts": "marker-three",
  };
  const text = JSON.stringify(await planStack("production", fileOf("production", given)));
  expect(text).not.toContain("marker-");
  expect(text).toContain('{"key":"SENTRY_DSN","scope":"RUN_TIME","type":"SECRET","value":"[secret]"}');
});

test("two plans of one stack are the same", async () => {
  const [first, second] = await Promise.all([
    planStack("staging", fileOf("staging")),
    planStack("staging", fileOf("staging")),
  ]);
  expect(second).toEqual(first);
});

test("a stack with faults tells them all, and the next one is planned", async () => {
  const wrong = planStack("staging", { "slipway:network": '{"ipRange":"10.0.0.0"}', "slipway:app": "{}" });
  const right = planStack("dev", {});
  await expect(wrong).rejects.toThrow(/^stack staging has invalid settings:\n {2}network\.ipRange: must/);
  expect((await right).resources.length).toBe(30);
});
