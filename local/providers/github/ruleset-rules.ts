import type { CheckFailure, Properties } from "../resource.ts";
import { isRecord } from "../values.ts";
import type { Json } from "./client.ts";
import { type Parameter, parameter, rulesWithParameters, switches } from "./ruleset-parameters.ts";

const pushRules = [
  "file_path_restriction",
  "max_file_path_length",
  "file_extension_restriction",
  "max_file_size",
];

const branchAndTagRules = [
  "creation",
  "update",
  "deletion",
  "required_linear_history",
  "required_signatures",
  "pull_request",
  "required_status_checks",
  "non_fast_forward",
  "commit_message_pattern",
  "commit_author_email_pattern",
  "committer_email_pattern",
  "branch_name_pattern",
  "tag_name_pattern",
  "workflows",
  "code_scanning",
  "required_deployments",
  "merge_queue",
  "copilot_code_review",
];

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === 0 || (Array.isArray(value) && value.length === 0);

function toApi(parameters: readonly Parameter[], given: Properties): Json {
  const result: Json = {};
  for (const { here, api, otherwise, items, member, leftOutWhenEmpty } of parameters) {
    const value = given[here] ?? otherwise;
    if (value === undefined || (leftOutWhenEmpty === true && isEmpty(value))) continue;
    if (items !== undefined) result[api] = (value as Properties[]).map((item) => toApi(items, item));
    else result[api] = member === undefined ? value : toApi(member, value as Properties);
  }
  return result;
}

function fromApi(parameters: readonly Parameter[], sent: Json): Properties {
  const result: Properties = {};
  for (const { here, api, otherwise, items, member } of parameters) {
    const value = sent[api] ?? otherwise;
    if (value === undefined || value === null) continue;
    if (items !== undefined) result[here] = (value as Json[]).map((item) => fromApi(items, item));
    else result[here] = member === undefined ? value : fromApi(member, value as Json);
  }
  return result;
}

/** The rules of an input as the API wants them. */
export function rulesToApi(rules: Properties): Json[] {
  const result: Json[] = [];
  for (const [here, type] of Object.entries(switches)) if (rules[here] === true) result.push({ type });
  if (rules.update === true) {
    result.push({
      type: "update",
      parameters: { update_allows_fetch_and_merge: rules.updateAllowsFetchAndMerge === true },
    });
  }
  for (const [here, { type, parameters }] of Object.entries(rulesWithParameters)) {
    const given = rules[here];
    if (given !== undefined) result.push({ type, parameters: toApi(parameters, given as Properties) });
  }
  return result;
}

/** The API's rules as the provider keeps them: every switch is told, also where it is off. */
export function rulesFromApi(rules: readonly Json[]): Properties {
  const find = (type: string): Json | undefined => rules.find((rule) => rule.type === type);
  const result: Properties = {};
  for (const [here, type] of Object.entries(switches)) result[here] = find(type) !== undefined;
  const update = find("update");
  const updateParameters = (update?.parameters ?? {}) as Json;
  result.update = update !== undefined;
  result.updateAllowsFetchAndMerge = updateParameters.update_allows_fetch_and_merge === true;
  for (const [here, { type, parameters }] of Object.entries(rulesWithParameters)) {
    const rule = find(type);
    if (rule !== undefined) result[here] = fromApi(parameters, (rule.parameters ?? {}) as Json);
  }
  return result;
}

/** Faults of rules among each other and against the target. */
export function checkRules(inputs: Properties): CheckFailure[] {
  const rules = isRecord(inputs.rules) ? inputs.rules : {};
  const target = String(inputs.target);
  const failures: CheckFailure[] = [];
  if (rules.updateAllowsFetchAndMerge === true && rules.update === undefined) {
    failures.push({
      property: "rules.updateAllowsFetchAndMerge",
      reason: "must be given together with rules.update",
    });
  }
  if (rules.branchNamePattern !== undefined && rules.tagNamePattern !== undefined) {
    failures.push({
      property: "rules.branchNamePattern",
      reason: "must not be given together with rules.tagNamePattern",
    });
  }
  const allowed = target === "push" ? pushRules : branchAndTagRules;
  for (const [here, value] of Object.entries(rules)) {
    if (value === undefined || value === false) continue;
    const type = rulesWithParameters[here]?.type ?? parameter(here).api;
    if (allowed.includes(type)) continue;
    failures.push({
      property: `rules.${here}`,
      reason: `must be left out: a ruleset for target ${target} takes only ${allowed.join(", ")}`,
    });
  }
  return failures;
}
