import { expect, test } from "@jest/globals";
import { readSettings } from "../../components/config.ts";
import { monthlyCost } from "../../components/cost.ts";
import { type KnownResource, plannedPolicyStack, policyStack } from "../../policy/stack.ts";
import { stackConfig } from "../support/settings.ts";

const today = "2026-11-21";
const settingsOf = (stack: string, blocks: Record<string, unknown> = {}) =>
  readSettings(stack, stackConfig({ product: { name: "shop", repository: "acme/shop" }, ...blocks }), {
    needsSecrets: false,
  });
const known: KnownResource = {
  urn: "urn:pulumi:dev::slipway::a:b:C::one",
  type: "a:b:C",
  name: "one",
  inputs: { size: 1 },
  options: { protect: true, retainOnDelete: false },
};

test("rules see what a stack's file says, what it costs and which day it is", () => {
  const waivers = [
    { rule: "s3-access-log", resource: "shop", reason: "the trail logs every read", expires: "2027-03-31" },
  ];
  const settings = settingsOf("production", {
    budget: { total: 100 },
    gate: { label: "accepts-loss", by: ["octocat"] },
    policy: { waivers },
  });
  expect(policyStack(settings, [], today, "eu-west-1")).toEqual({
    stack: "production",
    isProtected: true,
    resources: [],
    facts: {
      monthlyCost: monthlyCost(settings, today, { awsRegion: "eu-west-1" }),
      budget: settings.budget,
      hasGate: true,
      waivers,
      today,
    },
  });
});

test("a stack without budget, gate and waivers is seen as one", () => {
  const { facts, isProtected } = policyStack(settingsOf("dev"), [], today);
  expect([Object.keys(facts).sort(), facts.hasGate, facts.waivers, isProtected]).toEqual([
    ["hasGate", "monthlyCost", "today", "waivers"],
    false,
    [],
    false,
  ]);
});

test("a planned resource is seen with its inputs and options, and with what it is taken over from", () => {
  const seen = (more: Partial<KnownResource>) =>
    plannedPolicyStack({ settings: settingsOf("dev"), resources: [{ ...known, ...more }] }, today).resources;
  const { urn, type, name, inputs: props, options } = known;
  expect(seen({})).toEqual([{ urn, type, name, props, options }]);
  expect(seen({ parent: "urn:parent", options: { ...options, import: "id-1" } })).toEqual([
    { urn, type, name, props, options: { ...options, parent: "urn:parent", import: "id-1" } },
  ]);
});

test("rules know which variables everybody may read", () => {
  const run = {
    image: { registry: "ghcr", repository: "acme/api", digest: `sha256:${"0".repeat(64)}` },
    port: 80,
  };
  const site = { github: { branch: "main" }, outputDirectory: "dist" };
  const settings = settingsOf("dev", {
    app: {
      ingress: [{ path: "/", component: "site" }],
      environment: { MAP_KEY: { value: "pk", isPublic: true }, OTHER: { value: "x" } },
      services: {
        api: { ...run, health: { path: "/" }, environment: { SEARCH_KEY: { value: "k", isPublic: true } } },
      },
      staticSites: { site: { ...site, environment: { NEXT_PUBLIC_POSTHOG_KEY: "phc_x", MODE: "a" } } },
    },
  });
  expect(policyStack(settings, [], today).facts.publicVariables).toEqual([
    { component: undefined, name: "MAP_KEY" },
    { component: "site", name: "NEXT_PUBLIC_POSTHOG_KEY" },
    { component: "api", name: "SEARCH_KEY" },
  ]);
});
