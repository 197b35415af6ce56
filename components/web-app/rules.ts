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
import { destinationFaults } from "./destinations.ts";
import { unreachableRules } from "./ingress.settings.ts";
import type { Variable } from "./variables.settings.ts";

/** Something wrong between several settings of an app. */
export interface AppFault {
  path: (string | number)[];
  message: string;
}

/** What is wrong between the parts of an app, each part being right in itself. */
export function appFaults(app: WebAppSettings): AppFault[] {
  return [
    ...componentFaults(app),
    ...domainFaults(app),
    ...ingressFaults(app),
    ...variableFaults(app),
    ...destinationFaults(app),
  ];
}

function componentFaults(app: WebAppSettings): AppFault[] {
  const components = allComponents(app);
  if (components.length === 0) return [{ path: [], message: "must have at least one component" }];
  const attached = Object.values(attachmentNames(usedDatabases(app)));
  return components.flatMap(({ list, name }, index) => {
    const first = components.findIndex((other) => other.name === name);
    if (first < index)
      return [
        {
          path: [list, name],
          message: `must have a name of its own: ${components[first]?.list} has one called ${name} too`,
        },
      ];
    if (attached.includes(name))
      return [{ path: [list, name], message: "must have another name: the app's database is called so" }];
    return [];
  });
}

const isWithin = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`);

function domainFaults({ domains, edge }: WebAppSettings): AppFault[] {
  const faults: AppFault[] = [];
  const primaries = domains.filter(({ type }) => type === "primary").length;
  if (domains.length > 0 && primaries !== 1)
    faults.push({ path: ["domains"], message: `must have exactly one primary domain; got ${primaries}` });
  domains.forEach(({ name, zone }, index) => {
    if (domains.findIndex((other) => other.name === name) < index)
      faults.push({ path: ["domains", index, "name"], message: `must be listed once; got ${name} twice` });
    if (zone !== undefined && !isWithin(name, zone))
      faults.push({
        path: ["domains", index, "zone"],
        message: `must be ${name} or a part of it; got ${zone}`,
      });
  });
  const switches = [
    ["isCached", !edge.isCached],
    ["hidesEmails", !edge.hidesEmails],
    ["hasThreatControl", edge.hasThreatControl],
  ] as const;
  if (domains.length === 0)
    for (const [name, isChanged] of switches)
      if (isChanged)
        faults.push({
          path: ["edge", name],
          message: "must be left out while the app has no domain of its own",
        });
  return faults;
}

function ingressFaults(app: WebAppSettings): AppFault[] {
  const faults: AppFault[] = [];
  const targets = [...Object.keys(app.services), ...Object.keys(app.staticSites)].sort();
  app.ingress.forEach(({ component, authority }, index) => {
    if (component !== undefined && !targets.includes(component))
      faults.push({
        path: ["ingress", index, "component"],
        message: `must be a service or static site of the app: ${targets.join(", ") || "there is none"}; got ${component}`,
      });
    const isOwn = app.domains.some(
      ({ name, wildcard }) =>
        name === authority || (wildcard && authority !== undefined && isWithin(authority, name)),
    );
    if (authority !== undefined && !isOwn)
      faults.push({
        path: ["ingress", index, "authority"],
        message: `must be one of the app's domains; got ${authority}`,
      });
  });
  for (const { index, by } of unreachableRules(app.ingress))
    faults.push({
      path: ["ingress", index, "path"],
      message: `must come before ingress[${by}], which takes every request for ${app.ingress[index]?.path}`,
    });
  for (const [name] of sortedEntries(app.staticSites))
    if (!app.ingress.some(({ component }) => component === name))
      faults.push({
        path: ["ingress"],
        message: `must have a rule for the static site ${name}, or nobody sees it`,
      });
  return faults;
}

function variableFaults(app: WebAppSettings): AppFault[] {
  const components = allComponents(app);
  const names: BindableNames = {
    components: components.map(({ name }) => name),
    databases: Object.values(attachmentNames(usedDatabases(app))),
    variables: Object.keys(app.environment).sort(),
  };
  return allEnvironments(app).flatMap(({ component, path, environment }) =>
    sortedEntries(environment).flatMap(([name, variable]) =>
      variableFault(variable, component, components, names).map((fault) => ({
        path: [...path, name, ...fault.path],
        message: fault.message,
      })),
    ),
  );
}

/** What is wrong with one variable where it stands; `owner` is undefined for a variable of the whole app. */
function variableFault(
  variable: Variable,
  owner: AnyComponent | undefined,
  components: readonly AnyComponent[],
  names: BindableNames,
): AppFault[] {
  const faults: AppFault[] = [];
  const plain = typeof variable === "object" ? ("value" in variable ? variable.value : undefined) : variable;
  if (typeof plain === "string" && plain.includes("${"))
    faults.push({ path: [], message: "must not hold ${…} as a fixed text; write it as bind" });
  if (typeof variable !== "object") return faults;
  if (owner?.list === "staticSites" && variable.scope === "runTime")
    faults.push({ path: ["scope"], message: "must be buildTime: a static site is built but does not run" });
  if ("bind" in variable) {
    const fault = bindableFault(variable.bind, names);
    if (fault !== undefined)
      faults.push({
        path: ["bind"],
        message: fault.startsWith("must") ? fault : `must refer to something that exists: ${fault}`,
      });
  }
  if ("component" in variable) {
    const target = components.find(({ name }) => name === variable.component);
    const isPrivate = variable.fact.startsWith("private");
    const isPublic = variable.fact.startsWith("public");
    if (target === undefined)
      faults.push({
        path: ["component"],
        message: `must be one of ${names.components.join(", ")}; got ${variable.component}`,
      });
    else if (
      (isPrivate && target.list !== "services") ||
      (isPublic && !["services", "staticSites"].includes(target.list))
    )
      faults.push({
        path: ["fact"],
        message: `must be one that ${variable.component} has: ${isPrivate ? "only services have private addresses" : "only services and static sites have public addresses"}`,
      });
  }
  return faults;
}
