import type { Rule, RuleFault } from "../internal/rules.ts";
import { looksSecret, secretForm } from "../internal/secret-looks.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { attachmentNames } from "./attachments.ts";
import { type BindableNames, bindableFault } from "./bindables.ts";
import {
  type AnyComponent,
  allComponents,
  allEnvironments,
  sortedEntries,
  usedDatabases,
} from "./components.ts";
import { plainFormText, plainSecretText, publishingPrefix } from "./secret-keys.ts";
import type { Variable } from "./variables.settings.ts";

/** A variable where it stands; one of the whole app has no owner. */
interface Place {
  name: string;
  variable: Variable;
  owner: AnyComponent | undefined;
  app: WebAppSettings;
}

/** A rule that looks at every variable of an app. */
function variableRule(
  id: string,
  demands: string,
  fault: (place: Place) => { at: string[]; message: string } | undefined,
  { looksUpNames = false } = {},
): Rule<WebAppSettings> {
  return {
    id,
    demands,
    isPerEntry: true,
    looksUpNames,
    faults: (app) =>
      allEnvironments(app).flatMap(({ component: owner, path, environment }) =>
        sortedEntries(environment).flatMap(([name, variable]): RuleFault[] => {
          const found = fault({ name, variable, owner, app });
          return found === undefined ? [] : [{ path: [...path, name, ...found.at], message: found.message }];
        }),
      ),
  };
}

/** The fixed value of a variable, if it has one. */
const fixedValue = (variable: Variable) => {
  if (typeof variable !== "object") return { value: variable, isPublic: false };
  return "value" in variable ? { value: variable.value, isPublic: variable.isPublic === true } : undefined;
};

/** Whether a build puts a variable into files that everybody gets. */
const isPublished = (owner: AnyComponent | undefined, name: string) =>
  owner?.list === "staticSites" && publishingPrefix(name) !== undefined;

/** Variables that everybody may read by the word of the stack file, or gets to read with a site's files. */
export const publicVariables = (app: WebAppSettings): PublicVariable[] =>
  allEnvironments(app).flatMap(({ component: owner, environment }) =>
    Object.entries(environment)
      .filter(([name, variable]) => fixedValue(variable)?.isPublic === true || isPublished(owner, name))
      .map(([name]) => ({ component: owner?.name, name })),
  );

/** A variable by its component; one of the whole app has none. */
export interface PublicVariable {
  component: string | undefined;
  name: string;
}

const bindableNames = (app: WebAppSettings): BindableNames => ({
  components: allComponents(app).map(({ name }) => name),
  databases: Object.values(attachmentNames(usedDatabases(app))),
  variables: Object.keys(app.environment).sort(),
});

/** What must hold of the variables, with what they refer to and where they are. */
export const variableRules: readonly Rule<WebAppSettings>[] = [
  variableRule("reference-as-text", "A reference is written as bind.", ({ variable }) => {
    const fixed = fixedValue(variable);
    return typeof fixed?.value === "string" && fixed.value.includes("${")
      ? { at: [], message: "must not hold ${…} as a fixed text; write it as bind" }
      : undefined;
  }),
  variableRule("plain-secret", "No secret stands in a stack file in plain text.", (place) => {
    const { name, variable, owner } = place;
    if (typeof variable === "object" && "bind" in variable) {
      const what = secretForm(variable.bind);
      return what === undefined
        ? undefined
        : {
            at: ["bind"],
            message: `must not hold ${what} in plain text, where everybody can read it: revoke it, and bind the whole address or make it a secret`,
          };
    }
    const fixed = fixedValue(variable);
    if (fixed === undefined) return undefined;
    const isForEverybody = fixed.isPublic || isPublished(owner, name);
    if (isForEverybody ? secretForm(fixed.value, "public") === undefined : !looksSecret(name, fixed.value))
      return undefined;
    const form = secretForm(fixed.value);
    return { at: [], message: form === undefined ? plainSecretText(name) : plainFormText(form, name) };
  }),
  variableRule("published-secret", "What is built into public files is no secret.", (place) => {
    const { name, variable, owner } = place;
    const prefix = publishingPrefix(name);
    const reachesSites = owner === undefined || owner.list === "staticSites";
    if (!reachesSites || prefix === undefined || typeof variable !== "object") return undefined;
    const at = secretPart(variable, place.app);
    if (at === undefined) return undefined;
    const message = `must not be a secret: builds put whatever starts with ${prefix} into files that everybody can read`;
    return { at: [at], message };
  }),
  variableRule("static-site-scope", "A static site has variables while it is built only.", (place) => {
    const { variable, owner } = place;
    if (owner?.list !== "staticSites" || typeof variable !== "object" || variable.scope !== "runTime")
      return undefined;
    return { at: ["scope"], message: "must be buildTime: a static site is built but does not run" };
  }),
  variableRule(
    "bindable",
    "A reference names something that exists.",
    ({ variable, app }) => {
      if (typeof variable !== "object" || !("bind" in variable)) return undefined;
      const fault = bindableFault(variable.bind, bindableNames(app));
      if (fault === undefined) return undefined;
      const message = fault.startsWith("must") ? fault : `must refer to something that exists: ${fault}`;
      return { at: ["bind"], message };
    },
    { looksUpNames: true },
  ),
  variableRule(
    "fact-component",
    "A fact is of a component of the app.",
    ({ variable, app }) => {
      if (typeof variable !== "object" || !("component" in variable)) return undefined;
      const { components } = bindableNames(app);
      if (components.includes(variable.component)) return undefined;
      return {
        at: ["component"],
        message: `must be one of ${components.join(", ")}; got ${variable.component}`,
      };
    },
    { looksUpNames: true },
  ),
  variableRule("fact-of-component", "A fact is one that its component has.", ({ variable, app }) => {
    if (typeof variable !== "object" || !("component" in variable)) return undefined;
    const target = allComponents(app).find(({ name }) => name === variable.component);
    const isPrivate = variable.fact.startsWith("private");
    const isPublic = variable.fact.startsWith("public");
    if (target === undefined) return undefined;
    if (
      !(isPrivate && target.list !== "services") &&
      !(isPublic && ["workers", "jobs"].includes(target.list))
    )
      return undefined;
    const reason = isPrivate
      ? "only services have private addresses"
      : "only services and static sites have public addresses";
    return { at: ["fact"], message: `must be one that ${variable.component} has: ${reason}` };
  }),
];

/** The part of a variable by which it holds a secret: its own, a login of the database, or a secret of the whole app. */
function secretPart(variable: object, { environment }: WebAppSettings): string | undefined {
  if ("secret" in variable) return "secret";
  if ("database" in variable) return "database";
  if (!("bind" in variable)) return undefined;
  const names = [...String(variable.bind).matchAll(/\$\{([^}]+)\}/g)].map(([, name = ""]) => name);
  const isSecret = (name: string): boolean => {
    const shared = environment[name];
    return (
      /\.(PASSWORD|DATABASE_URL)$/.test(name) ||
      (typeof shared === "object" && ("secret" in shared || "database" in shared))
    );
  };
  return names.some(isSecret) ? "bind" : undefined;
}
