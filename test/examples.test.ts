import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type PlanDocument, planDocument } from "../operations/plan/document.ts";
import { planStacks } from "../operations/plan/stacks.ts";

const root = join(import.meta.dirname, "..");

/** What each file is: USD a month at least and at most, and the rules whose warnings its product lives with. */
const examples: Record<string, { cost: [number, number]; warnings: string[] }> = {
  "lingobot/Pulumi.production.yaml": { cost: [59, 146], warnings: [] },
  "lingobot/Pulumi.staging.yaml": { cost: [5, 5], warnings: [] },
  "techmate/Pulumi.dev.yaml": { cost: [30.15, 30.62], warnings: [] },
  "techmate/Pulumi.production.yaml": { cost: [335.24, 2239.72], warnings: [] },
  "techmate/Pulumi.staging.yaml": { cost: [72.48, 75.74], warnings: [] },
  "tetrix/Pulumi.production.yaml": { cost: [25, 25], warnings: [] },
  // Its owners let the API grow in size before it grows in number.
  "tridmo/Pulumi.production.yaml": { cost: [71.04, 91.22], warnings: ["app-instances", "db-standby"] },
};

test("every example is here", () => {
  const files = globSync("*/Pulumi.*.yaml", { cwd: join(root, "examples") });
  expect(files.sort()).toEqual(Object.keys(examples));
});

describe.each(Object.entries(examples))("%s", (file, { cost, warnings }) => {
  const path = join(root, "examples", file);
  const stack = /Pulumi\.(\w+)\.yaml/.exec(file)?.[1] ?? "";
  let document: PlanDocument;
  beforeAll(async () => {
    document = planDocument(await planStacks(new Map([[stack, path]])), "2026-11-21");
  });

  test("plans without a fault, breaks no rule and costs what is expected", () => {
    expect(document.faults).toEqual([]);
    const [plan] = document.stacks;
    const told = plan?.findings.filter(({ severity }) => severity !== "info") ?? [];
    expect(told.map(({ rule, severity }) => `${severity} ${rule}`).sort()).toEqual(
      warnings.map((rule) => `warning ${rule}`),
    );
    expect([plan?.cost.minimum, plan?.cost.maximum]).toEqual(cost);
  });

  test("tells an editor its schema, and its reader every secret that an owner must set", () => {
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/components\/stack\.schema\.json\n/);
    const comment = text.slice(0, text.indexOf("config:"));
    const names = document.stacks[0]?.secrets.map(({ name }) => name) ?? [];
    expect(names.filter((name) => !comment.includes(`slipway:${name}`))).toEqual([]);
    expect(names).not.toEqual([]);
  });
});
