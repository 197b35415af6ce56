import type { Properties } from "../../resource.ts";
import { type PropertySchema, providerSchema } from "../../schema.ts";
import { isRecord, memberSchema, objectSchema } from "../../values.ts";

const specType: PropertySchema = { $ref: "#/types/digitalocean:index/AppSpec:AppSpec" };

/** Lists of one in the program that are one object in the API, with the name that it has there. */
const single: Readonly<Record<string, string>> = {
  egresses: "egress",
  vpcs: "vpc",
  deployOnPushes: "deploy_on_push",
};

/** Kept although they may be empty: an empty prefix is a rule for every path. */
const keptWhenEmpty = new Set(["prefix", "exact"]);

/**
 * The app spec as the API takes it. Like the published provider it leaves out what is zero, false or empty, and the
 * destinations of alerts, which have a call of their own.
 */
export function apiSpec(spec: Properties): Properties {
  const { domainNames, domains, ...rest } = spec;
  const named = (domainNames as Properties[] | undefined) ?? [];
  const listed = ((domains as string[] | undefined) ?? []).map((domain) => ({ domain }));
  const result = toApi(rest) as Properties;
  const all =
    named.length > 0
      ? named.map(({ name, ...other }) => ({ domain: name, ...(toApi(other) as Properties) }))
      : listed;
  return all.length === 0 ? result : { ...result, domains: all };
}

function toApi(value: unknown, isMatch = false): unknown {
  if (Array.isArray(value)) return value.map((item) => toApi(item));
  if (!isRecord(value)) return value;
  const result: Properties = {};
  for (const [key, inner] of Object.entries(value)) {
    const one = single[key];
    if (key === "destinations") continue;
    if (one !== undefined) {
      if (Array.isArray(inner) && inner[0] !== undefined) result[one] = toApi(inner[0]);
    } else if (key === "allowOrigins" && isRecord(inner)) {
      result.allow_origins = Object.entries(inner)
        .filter(([, text]) => text !== "")
        .map(([kind, text]) => ({ [kind]: text }));
    } else if (!isLeftOut(inner) || (isMatch && keptWhenEmpty.has(key))) {
      result[apiName(key)] = toApi(inner, key === "path" || key === "authority");
    }
  }
  return result;
}

function isLeftOut(value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return value === undefined || value === "" || value === 0 || value === false || isEmptyList;
}

/**
 * The app spec as the program sees it.
 *
 * @param known - the spec as given or as read before: domains come back with their details only where they were given so
 */
export function programSpec(spec: Properties, known: Properties | undefined): Properties {
  const result = fromApi(spec, specType) as Properties;
  const domains = (spec.domains as Properties[] | undefined) ?? [];
  delete result.domainNames;
  delete result.domains;
  if (domains.length === 0) return result;
  result.domains = domains.map(({ domain }) => domain);
  if (Array.isArray(known?.domainNames) && known.domainNames.length > 0) {
    result.domainNames = domains.map(({ domain, type, wildcard, zone }) => ({
      name: domain,
      ...(type === undefined ? {} : { type }),
      wildcard: wildcard ?? false,
      ...(zone === undefined ? {} : { zone }),
    }));
  }
  return result;
}

function fromApi(value: unknown, property: PropertySchema): unknown {
  if (Array.isArray(value)) return value.map((item) => fromApi(item, property.items ?? {}));
  if (!isRecord(value)) return value;
  const schema = providerSchema("digitalocean");
  const result: Properties = {};
  for (const key of Object.keys(objectSchema(schema, property)?.properties ?? {})) {
    const member = memberSchema(schema, property, key) ?? {};
    const inner = value[single[key] ?? apiName(key)];
    if (inner === undefined || inner === null) continue;
    if (single[key] !== undefined) result[key] = [fromApi(inner, member.items ?? {})];
    else if (key === "allowOrigins" && Array.isArray(inner)) result[key] = Object.assign({}, ...inner);
    else result[key] = fromApi(inner, member);
  }
  return result;
}

function apiName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
