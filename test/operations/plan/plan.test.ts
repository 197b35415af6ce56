import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { platformLimits } from "../../../catalog/platform-limits.ts";
import { type PlanDocument, planDocument } from "../../../operations/plan/document.ts";
import { highlightedTypes } from "../../../operations/plan/highlights.ts";
import { planMarkdown } from "../../../operations/plan/markdown.ts";
import { type Planned, planStacks, stackFiles } from "../../../operations/plan/stacks.ts";
import { planText } from "../../../operations/plan/text.ts";
import { sections } from "../../../operations/plan/words.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-plan-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A stack file with this text. */
function stackFile(stack: string, text: string): string {
  const path = join(folder, `Pulumi.${stack}.yaml`);
  writeFileSync(path, text);
  return path;
}

const root = join(import.meta.dirname, "../../..");
const today = "2026-11-21";

let planned: Planned;
let document: PlanDocument;
beforeAll(async () => {
  planned = await planStacks(stackFiles("all", []));
  document = planDocument(planned, today);
});

describe("the stacks that are planned", () => {
  const names = (asked: string | undefined, files: string[]) => [...stackFiles(asked, files).keys()];

  test("are all three where none is named", () => {
    expect(names(undefined, [])).toEqual(["dev", "staging", "production"]);
    expect(names("all", [])).toEqual(["dev", "staging", "production"]);
  });

  test("are those of the files that are given, or the one that is named", () => {
    const review = stackFile("review", "config: {}\n");
    expect(names(undefined, [review])).toEqual(["review"]);
    expect([...stackFiles("staging", [review])]).toEqual([["staging", review]]);
    expect(names("all", [review])).toEqual(["dev", "staging", "production", "review"]);
  });

  test("must have files that are there and tell their stack", () => {
    const nameless = join(folder, "settings.yaml");
    writeFileSync(nameless, "config: {}\n");
    expect(() => stackFiles(undefined, ["nowhere.yaml"])).toThrow(
      "--stack-file nowhere.yaml must name a file that is there",
    );
    expect(() => stackFiles(undefined, [nameless])).toThrow(
      `--stack-file ${nameless} must be called Pulumi.<stack>.yaml, or go with --stack`,
    );
    expect(() => stackFiles("dev", [nameless, nameless])).toThrow(
      "--stack-file must be given once beside --stack with the name of one stack",
    );
  });

  test("must not have two files for one of them, of which one would be lost", () => {
    const one = join(root, "examples/tridmo/Pulumi.production.yaml");
    const other = join(root, "examples/tetrix/Pulumi.production.yaml");
    expect(() => stackFiles(undefined, [one, other])).toThrow(
      `--stack-file must be given once for a stack: ${one} and ${other} are both of production`,
    );
    expect(names(undefined, [one, one])).toEqual(["production"]);
  });
});

describe("the document", () => {
  test("holds the three stacks with their cost and the secrets that somebody has to set", () => {
    const facts = document.stacks.map(({ stack, isProtected, resources, cost, secrets }) => ({
      stack,
      isProtected,
      resources,
      cost: [cost.minimum, cost.maximum, cost.budget.at(-1)?.budget],
      secrets: secrets.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
    }));
    const own = ["digitaloceanAccessToken", "secretKey"];
    const backedUp = ["backupRecipients", ...own];
    expect(facts).toEqual([
      { stack: "dev", isProtected: false, resources: 32, cost: [20.15, 20.62, 30], secrets: own },
      { stack: "staging", isProtected: false, resources: 56, cost: [26.18, 27.34, 40], secrets: backedUp },
      {
        stack: "production",
        isProtected: true,
        resources: 69,
        cost: [62.54, 69.7, 100],
        secrets: [...backedUp, "slackAlerts", "slackCritical"],
      },
    ]);
  });

  test("holds every resource once, under its component, with what matters of it", () => {
    const [, , production] = document.stacks;
    const shown = production?.components.flatMap(({ resources }) => resources) ?? [];
    const all = planned.planned[2]?.resources.filter(({ type }) => !type.startsWith("slipway:")) ?? [];
    expect(shown.map(({ urn }) => urn).sort()).toEqual(all.map(({ urn }) => urn).sort());
    expect(shown.find(({ type }) => type.endsWith(":DatabaseCluster"))).toEqual({
      urn: "urn:pulumi:production::slipway::slipway:index:Database$digitalocean:index/databaseCluster:DatabaseCluster::tinkertools-db",
      type: "digitalocean:index/databaseCluster:DatabaseCluster",
      name: "tinkertools-db",
      settings: {
        name: "tinkertools-db-production",
        version: "16",
        size: "db-s-1vcpu-2gb",
        nodeCount: 1,
        region: "nyc1",
        maintenance: "sunday 03:00",
      },
      isProtected: true,
      isKept: true,
    });
    const settingsOf = (name: string) => shown.find((one) => one.name === name)?.settings;
    expect(settingsOf("tinkertools-delivery-role")).toEqual({
      name: "tinkertools-delivery-production",
      trusts: ["repo:tinkertools/tinkertools:environment:production"],
    });
    expect(settingsOf("tinkertools-repository-branch-main")).toEqual({
      name: "slipway: main",
      target: "branch",
      enforcement: "active",
      reviews: 1,
      checks: ["ci"],
      refusesForcePush: true,
    });
    expect(settingsOf("tinkertools-backups-access")).toEqual({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  });

  test("says what a choice would have cost that was left out", () => {
    expect(document.stacks[2]?.cost.choices).toEqual([
      {
        setting: "database.standbyNodes",
        choice: "one standby, 2 × db-s-1vcpu-2gb",
        state: {
          group: "database",
          minimum: 60.9,
          maximum: 60.9,
          budget: 40,
          percent: 152,
          state: "over",
          step: 90,
        },
      },
      {
        setting: "app.services.tinkertools-api.autoscaling",
        choice: "autoscaling 1–3 × apps-d-1vcpu-0.5gb",
        state: {
          group: "compute",
          minimum: 34,
          maximum: 92.12,
          budget: 50,
          percent: 184,
          state: "mayExceed",
          step: 90,
        },
      },
    ]);
  });

  test("says what the settings deliver after a loss", () => {
    const shown = document.stacks[2]?.recovery.map(({ measure, delivered }) => [measure, delivered]);
    expect(Object.fromEntries(shown ?? [])).toEqual(
      expect.objectContaining({ databaseMinutes: 20, reachDays: 30 }),
    );
  });

  test("holds what the rules find, the gravest first", () => {
    const found = document.stacks[0]?.findings.filter(({ severity }) => severity !== "info");
    expect(found?.map(({ rule, severity }) => [rule, severity])).toEqual([["budget-step", "warning"]]);
  });

  test("says which parts of a release move as they are and which are built again", () => {
    expect(document.stacks[1]?.releases).toEqual([
      {
        part: "services.tinkertools-api",
        way: "image",
        from: "tinkertools/tinkertools-api, nothing was released yet (a digest of zeros stands for it)",
      },
      {
        part: "staticSites.tinkertools-frontend",
        way: "rebuilt",
        from: "tinkertools/tinkertools, branch develop",
      },
    ]);
  });

  test("knows what matters of every type that the stacks have", () => {
    const types = new Set(planned.planned.flatMap(({ resources }) => resources.map(({ type }) => type)));
    expect(
      [...types].filter((type) => !type.startsWith("slipway:") && !highlightedTypes.includes(type)),
    ).toEqual([]);
  });
});

describe("what the platforms cannot do", () => {
  const limits = (stack: number) => document.stacks[stack]?.limits.map(({ id }) => id) ?? [];

  test("is told as far as the stack wishes for it", () => {
    const always = ["logRetention", "siteHeaders", "siteScale", "canary", "sharedAutoscaling", "oneNode"];
    const database = ["firewallGap", "firewallKept", "restore", "serverDefaults", "privateAddress"];
    expect(limits(0)).toEqual([...always, ...database, "repeatedJobs", "imagePush"]);
    const all = Object.keys(platformLimits);
    expect(all.filter((id) => !limits(2).some((met) => met === id))).toEqual(["scalingMeasures"]);
  });

  test("names the settings that wish for it", () => {
    expect(document.stacks[2]?.limits[0]).toEqual({
      id: "errorRateAlert",
      ...platformLimits.errorRateAlert,
      settings: ["app.alerts", "monitoring.checks"],
    });
  });
});

describe("the text", () => {
  test("starts with a table of the stacks and fits into 80 columns", () => {
    const lines = planText(document).split("\n");
    expect(lines.slice(0, 5)).toEqual([
      "stack       resources  USD a month     budget  policy     secrets to set",
      "dev         32         20.15 to 20.62  30      fine       2",
      "staging     56         26.18 to 27.34  40      fine       3",
      "production  69         62.54 to 69.70  100     1 warning  5",
      "",
    ]);
    expect(lines.slice(5, 10)).toEqual([
      "Resources are counted as the engine does: components and the stack itself are",
      "among them. [protected]: nothing deletes it until that is switched off. [kept]:",
      "it stays at the platform when the stack is destroyed.",
      "",
      "dev: 32 resources",
    ]);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("shows a resource with its options and its settings", () => {
    expect(planText(document)).toContain(
      [
        "tinkertools-db (Database)",
        "  DatabaseCluster tinkertools-db [protected, kept]",
        "      name tinkertools-db-production, version 16, size db-s-1vcpu-2gb, nodeCount",
        "      1, region nyc1, maintenance sunday 03:00",
      ].join("\n"),
    );
  });

  test("says of each recovery what it takes, in its unit, and that a promise holds while the cluster exists", () => {
    const linesOf = (stack: string) => {
      const [plan] = document.stacks.filter((one) => one.stack === stack);
      return plan === undefined
        ? undefined
        : sections.lists(plan).find(({ title }) => title === "Recovery")?.lines;
    };
    const database =
      "a restore makes a new cluster (10 minutes, assumed), fills it (5, assumed), and the app gets its address by another pulumi up (5 minutes, assumed)";
    const app =
      "tinkertools-api is found broken after 9 checks, one every 30 seconds, and answers 30 seconds later (assumed)";
    const all = "the database takes 20 minutes, then a deployment of the app takes 10 (assumed)";
    const loss =
      "point-in-time recovery knows all but the last 5 minutes (assumed), 7 days back; with the cluster gone the newest backup outside the platform counts, and";
    expect(linesOf("dev")).toEqual([
      `- a lost database is back within 20 minutes (nothing promised); ${database}`,
      `- a broken instance is back within 5 minutes (nothing promised); ${app}`,
      `- everything is back within 30 minutes (nothing promised); ${all}`,
      `- while the cluster exists, at most this is lost: 5 minutes (nothing promised); ${loss} no backup outside the platform is made by itself: set backups.schedule to daily`,
      "- data can be restored as it was up to this long ago: 7 days (nothing promised); the platform's own backups reach back 7 days, and none outside it is kept longer",
    ]);
    expect(linesOf("production")).toEqual([
      `- a lost database is back within 20 minutes (promised: 20 minutes); ${database}`,
      `- a broken instance is back within 5 minutes (promised: 5 minutes); ${app}`,
      `- everything is back within 30 minutes (promised: 30 minutes); ${all}`,
      `- while the cluster exists, at most this is lost: 5 minutes (promised: 60 minutes); ${loss} a backup outside the platform is made every 24 hours`,
      "- with the cluster gone, at most this is lost: 24 hours (promised: 24 hours); a backup outside the platform is made every 24 hours",
      "- data can be restored as it was up to this long ago: 30 days (promised: 30 days); backups outside the platform are kept for 30 days; the platform's own reach back 7",
    ]);
  });

  test("says a limit of the platforms once, with the stacks that meet it", () => {
    const said = sections.shared(document.stacks)[0]?.lines ?? [];
    expect(said.length).toBe(
      new Set(document.stacks.flatMap(({ limits }) => limits.map(({ id }) => id))).size,
    );
    expect(said.filter((line) => line.startsWith("- an alert on failed database connections;"))).toEqual([
      "- an alert on failed database connections; instead: a check of a path that fails when the API cannot reach its database (staging, production: monitoring.database)",
    ]);
    const [dev] = document.stacks;
    expect(sections.shared(dev === undefined ? [] : [dev])[0]?.lines[0]).toBe(
      `- ${dev?.limits[0]?.cannot}; instead: ${dev?.limits[0]?.instead} (${dev?.limits[0]?.settings.join(", ")})`,
    );
  });

  test("holds the cost against each budget", () => {
    expect(planText(document)).toContain(
      [
        "  - database: 30.45, 76 % of 40.00: past the warning at 75 %",
        "  - compute: 29.00 to 29.12, 58 % of 50.00: past the warning at 50 %",
        "  - storage: 0.09 to 7.13, 71 % of 10.00: past the warning at 50 %",
        "  - other: 3.00",
        "  - total: 62.54 to 69.70, 69 % of 100.00: past the warning at 50 %",
      ].join("\n"),
    );
  });

  test("is the same when it is made again", async () => {
    const again = planDocument(await planStacks(stackFiles("all", [])), today);
    expect(planText(again)).toBe(planText(document));
    expect(planMarkdown(again)).toBe(planMarkdown(document));
    expect(JSON.stringify(again)).toBe(JSON.stringify(document));
  });
});

describe("the markdown", () => {
  test("starts with a table of the stacks and folds each of them", () => {
    const text = planMarkdown(document);
    expect(text.split("\n").slice(0, 8)).toEqual([
      "| stack | resources | USD a month | budget | policy | secrets to set |",
      "| --- | --- | --- | --- | --- | --- |",
      "| dev | 32 | 20.15 to 20.62 | 30 | fine | 2 |",
      "| staging | 56 | 26.18 to 27.34 | 40 | fine | 3 |",
      "| production | 69 | 62.54 to 69.70 | 100 | 1 warning | 5 |",
      "",
      "<details><summary><b>dev</b>: 32 resources</summary>",
      "",
    ]);
    expect(text.match(/<\/details>/g)?.length).toBe(4);
  });

  test("mentions nobody and keeps signs of markdown as they are", () => {
    const [stack] = document.stacks;
    if (stack === undefined) throw new Error("there is no stack");
    const hostile = {
      ...stack,
      secrets: [{ name: "@owner|`<b>", isOptional: false, isSet: false, usedBy: ["a\nb"] }],
    };
    expect(planMarkdown({ ...document, stacks: [hostile] })).toContain(
      "- @\u200bowner\\|\\`\\<b\\>: to be set; for a b",
    );
  });
});

describe("faults", () => {
  test("of several stack files are all told, and nothing is planned", async () => {
    const one = stackFile("one", "config:\n  slipway:network: { ipRange: 10.0.0.0 }\n");
    const two = stackFile("two", "config: [\n");
    const { planned: none, faults } = await planStacks(stackFiles(undefined, [one, two]));
    expect(none).toEqual([]);
    expect(faults).toEqual([
      {
        stack: "one",
        message: expect.stringMatching(/^stack one has invalid settings:\n {2}network\.ipRange: must/),
      },
      { stack: "two", message: expect.stringMatching(/Pulumi\.two\.yaml is no YAML: /) },
    ]);
  });

  test("of a secret in plain text are told without it", async () => {
    const open = stackFile("open", "config:\n  slipway:secretKey: hunter2\n");
    const { faults } = await planStacks(new Map([["open", open]]));
    expect(faults).toEqual([
      {
        stack: "open",
        message:
          "stack open has invalid settings:\n  secretKey: must not be in plain text, where everybody can read it: make a new one and set it with: pulumi config set --secret slipway:secretKey",
      },
    ]);
  });

  test("of the owner are told before any program runs", async () => {
    const other = stackFile(
      "other",
      "config:\n  github:owner: somebody-else\n  slipway:repository: { branches: {} }\n",
    );
    const { planned: rest, faults } = await planStacks(new Map([["other", other], ...stackFiles("dev", [])]));
    expect(rest).toEqual([]);
    expect(faults).toEqual([
      {
        stack: "other",
        message: expect.stringMatching(/^stack other has invalid settings:\n {2}github:owner: must/),
      },
    ]);
  });
});
