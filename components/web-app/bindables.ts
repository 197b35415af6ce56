/** References such as `${APP_URL}` that App Platform fills in, and what may be referred to. */

/** What a reference may name. */
export interface BindableNames {
  /** Components of the app by name. */
  components: readonly string[];
  /** Names of the app's database attachments. */
  databases: readonly string[];
  /** Variables of the whole app. */
  variables: readonly string[];
}

// Source of the three lists: DigitalOcean App Platform, "Use environment variables", 2026-11-21.
const appFacts = ["APP_DOMAIN", "APP_URL", "APP_ID"];
const componentFacts = [
  "PUBLIC_URL",
  "PUBLIC_DOMAIN",
  "PUBLIC_ROUTE_PATH",
  "PRIVATE_URL",
  "PRIVATE_DOMAIN",
  "PRIVATE_PORT",
  "COMMIT_HASH",
];
const databaseFacts = [
  "HOSTNAME",
  "PORT",
  "USERNAME",
  "PASSWORD",
  "DATABASE",
  "DATABASE_URL",
  "JDBC_DATABASE_URL",
  "CA_CERT",
];

/** The references inside a text, without their braces. */
export function references(text: string): string[] {
  return [...text.matchAll(/\$\{([^}]*)\}/g)].map((match) => match[1] ?? "");
}

const oneOf = (words: readonly string[]) =>
  words.length === 1 ? `must be ${words[0]}` : `must be one of ${words.join(", ")}`;

/** What is wrong with one reference, if anything. */
function referenceFault(reference: string, names: BindableNames): string | undefined {
  const [owner = "", ...rest] = reference.split(".");
  const fact = rest.at(-1);
  if (fact === undefined) {
    const known = [...appFacts, ...names.variables];
    return known.includes(owner) ? undefined : `\${${reference}} ${oneOf(known)}`;
  }
  if (names.databases.includes(owner)) {
    if (rest.length > 2 || rest.includes(""))
      return `\${${reference}} must be a database, optionally a pool, and a fact`;
    return databaseFacts.includes(fact)
      ? undefined
      : `the last part of \${${reference}} ${oneOf(databaseFacts)}`;
  }
  if (rest.length > 1 || (owner !== "_self" && !names.components.includes(owner))) {
    const known = ["_self", ...names.components, ...names.databases];
    return `the first part of \${${reference}} ${oneOf(known)}`;
  }
  return componentFacts.includes(fact)
    ? undefined
    : `the last part of \${${reference}} ${oneOf(componentFacts)}`;
}

/** What is wrong with a text of references, if anything. */
export function bindableFault(text: string, names: BindableNames): string | undefined {
  const found = references(text);
  const rest = text.replace(/\$\{[^}]*\}/g, "");
  if (rest.includes("${")) return "must close every ${ with a }";
  if (found.length === 0) return "must hold a reference such as ${APP_URL}; write a fixed text without bind";
  for (const reference of found) {
    const fault = referenceFault(reference, names);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
