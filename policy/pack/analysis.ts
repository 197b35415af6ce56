import { readSettings } from "../../components/config.ts";
import { evaluate } from "../evaluate.ts";
import type { Finding, PolicyResource } from "../rule.ts";
import { policyStack } from "../stack.ts";

/** A finding as the engine reports it. */
export interface Report {
  rule: string;
  /** Whether it stops the change. */
  stops: boolean;
  text: string;
  /** Of the resource; empty for the stack. */
  urn: string;
}

/** What one run of the engine tells of a stack: first its configuration, then each resource as the program asks for it. */
export class Analysis {
  readonly #resources = new Map<string, PolicyResource>();
  #stack = "";
  #config: Readonly<Record<string, string>> = {};

  configure(stack: string, config: Readonly<Record<string, string>>): void {
    this.#stack = stack;
    this.#config = config;
  }

  add(resource: PolicyResource): void {
    this.#resources.set(resource.urn, resource);
  }

  /** What all rules find, without notes and without what is waived. */
  reports(today: string): Report[] {
    const settings = readSettings(this.#stack, this.#config, { needsSecrets: false });
    const resources = [...this.#resources.values()];
    const stack = policyStack(settings, resources, today, this.#config["aws:region"]);
    return (evaluate([stack]).get(this.#stack) ?? [])
      .filter(({ severity, waived }) => severity !== "info" && waived === undefined)
      .map((finding) => report(finding, resources));
  }
}

function report({ rule, severity, resource, message, fix }: Finding, resources: PolicyResource[]): Report {
  const urn =
    resources.find(({ name, type }) => name === resource && !type.startsWith("slipway:"))?.urn ?? "";
  return { rule, stops: severity === "error", text: `${resource}: ${message}; ${fix}`, urn };
}
