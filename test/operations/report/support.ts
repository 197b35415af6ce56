import { readFileSync } from "node:fs";
import { type Preview, readPreview, type Step } from "../../../operations/guard/preview.ts";
import type { ReportDocument, StackReport } from "../../../operations/report/document.ts";
import { type StackFacts, stackReport } from "../../../operations/report/stack.ts";

/** A preview of the real engine against the local clouds, cut to what a report reads. */
export const real = (name: string): Preview =>
  readPreview("dev", readFileSync(new URL(`${name}.json`, import.meta.url), "utf8"));

export const urnOf = (type: string, name: string, stack = "production"): string =>
  `urn:pulumi:${stack}::slipway::slipway:index:Parent$${type}::${name}`;

export const types = {
  app: "digitalocean:index/app:App",
  cluster: "digitalocean:index/databaseCluster:DatabaseCluster",
  check: "digitalocean:index/uptimeCheck:UptimeCheck",
} as const;

/** A step from inputs to inputs; what is told of the difference is their keys. */
export function step(
  op: string,
  type: string,
  name: string,
  before?: Record<string, unknown>,
  after?: Record<string, unknown>,
  more: Partial<Step> = {},
): Step {
  return {
    op,
    urn: urnOf(type, name),
    ...(before === undefined ? {} : { oldState: { inputs: before } }),
    ...(after === undefined ? {} : { newState: { inputs: after } }),
    ...more,
  };
}

export const stackOf = (steps: Step[], facts: StackFacts = {}, stack = "production"): StackReport =>
  stackReport(stack, { steps }, facts);

export const reportOf = (...stacks: StackReport[]): ReportDocument => ({ version: 1, stacks });
