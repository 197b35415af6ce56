import type * as pulumi from "@pulumi/pulumi";
import type { ReleaseSettings } from "../release.settings.ts";
import { sortedEntries } from "./components.ts";
import { location } from "./sealed.ts";
import type { ComponentFact, Environment, Variable, VariableScope } from "./variables.settings.ts";

/** Where the values come from that are not in the settings themselves. */
export interface ValueSources {
  /** The value to send for a secret at a location, or undefined where an optional secret is not set. */
  secret(place: string, name: string): pulumi.Input<string> | undefined;
  /** The URL of a database for the app's user. */
  databaseUrl(database: string): pulumi.Input<string>;
  release: ReleaseSettings;
}

/** A variable as the platform's spec has it. */
export interface SpecVariable {
  key: string;
  scope: "RUN_TIME" | "BUILD_TIME" | "RUN_AND_BUILD_TIME";
  /**
   * Left out for a plain variable. Written out as GENERAL it makes the published provider keep its inputs as the state
   * of a new app, secrets in clear instead of their ciphertext (compared 2026-11-21, terraform-provider v2.96.0).
   */
  type?: "SECRET";
  value: pulumi.Input<string>;
}

const scopes: Record<VariableScope, SpecVariable["scope"]> = {
  runTime: "RUN_TIME",
  buildTime: "BUILD_TIME",
  runAndBuildTime: "RUN_AND_BUILD_TIME",
};

const factNames: Record<ComponentFact, string> = {
  publicUrl: "PUBLIC_URL",
  publicDomain: "PUBLIC_DOMAIN",
  publicRoutePath: "PUBLIC_ROUTE_PATH",
  privateUrl: "PRIVATE_URL",
  privateDomain: "PRIVATE_DOMAIN",
  privatePort: "PRIVATE_PORT",
  commitHash: "COMMIT_HASH",
};

/** What a fact reads that the release does not tell. */
const unknownFact = "unreleased";

function general(
  variable: Exclude<Variable, { secret: string }>,
  sources: ValueSources,
): pulumi.Input<string> {
  if (typeof variable !== "object") return String(variable);
  if ("value" in variable) return String(variable.value);
  if ("bind" in variable) return variable.bind;
  if ("database" in variable) return sources.databaseUrl(variable.database);
  if ("component" in variable) return `\${${variable.component}.${factNames[variable.fact]}}`;
  return sources.release[variable.release] ?? unknownFact;
}

/** A component's variables (or the whole app's, whose component is empty) in a stable order. */
export function specVariables(
  component: string,
  environment: Environment,
  defaultScope: VariableScope,
  sources: ValueSources,
): SpecVariable[] {
  return sortedEntries(environment).flatMap(([key, variable]): SpecVariable[] => {
    const scope = scopes[(typeof variable === "object" ? variable.scope : undefined) ?? defaultScope];
    if (typeof variable !== "object" || !("secret" in variable))
      return [{ key, scope, value: general(variable, sources) }];
    const value = sources.secret(location.variable(component, key), variable.secret);
    return value === undefined ? [] : [{ key, scope, type: "SECRET", value }];
  });
}
