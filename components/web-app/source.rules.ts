import type { Rule, RuleFault } from "../internal/rules.ts";

interface Image {
  registry: "ghcr" | "docr" | "dockerHub";
  repository: string;
  tag?: string | undefined;
  digest?: string | undefined;
  credentials?: unknown;
  deployOnPush: boolean;
}

const only = (isFault: boolean, setting: string, message: string): RuleFault[] =>
  isFault ? [{ path: [setting], message }] : [];

/** What must hold between the settings of an image. */
export const imageRules: readonly Rule<Image>[] = [
  {
    id: "tag-or-digest",
    demands: "An image is named by a tag or by a digest.",
    faults: ({ tag, digest }) =>
      only(
        tag !== undefined && digest !== undefined,
        "digest",
        "must not be set beside tag: an image has one or the other",
      ),
  },
  {
    id: "image-owner",
    demands: "An image of a registry that many share has an owner.",
    faults: ({ registry, repository }) =>
      only(
        registry !== "docr" && !repository.includes("/"),
        "repository",
        `must be owner/name in ${registry}, such as tinkertools/tinkertools-api`,
      ),
  },
  {
    id: "own-registry-credentials",
    demands: "DigitalOcean's own registry needs no credentials.",
    faults: ({ registry, credentials }) =>
      only(
        registry === "docr" && credentials !== undefined,
        "credentials",
        "must be left out: the platform reads docr with its own rights",
      ),
  },
  {
    id: "push-registry",
    demands: "Only pushes to DigitalOcean's own registry deploy.",
    faults: ({ registry, deployOnPush }) =>
      only(
        deployOnPush && registry !== "docr",
        "deployOnPush",
        "must be false: the platform sees pushes to docr only",
      ),
  },
  {
    id: "push-tag",
    demands: "Only a push to a tag deploys.",
    faults: ({ registry, tag, deployOnPush }) =>
      only(
        deployOnPush && registry === "docr" && tag === undefined,
        "deployOnPush",
        "must be false without a tag: a digest never changes",
      ),
  },
];

const gitNames = ["github", "gitlab", "bitbucket", "git"] as const;
const buildNames = ["sourceDirectory", "environmentSlug", "dockerfilePath", "buildCommand"] as const;

type Sourced = Partial<Record<(typeof gitNames)[number] | "image" | (typeof buildNames)[number], unknown>>;

const oneSource = (allowed: readonly (keyof Sourced)[]): Rule<Sourced> => ({
  id: "one-source",
  demands: "A component comes from exactly one source.",
  faults(component) {
    const given = allowed.filter((name) => component[name] !== undefined);
    if (given.length === 1) return [];
    const message =
      given.length === 0
        ? `must have one source: ${allowed.join(", ")}`
        : `must have one source only; got ${given.join(" and ")}`;
    return [{ path: [], message }];
  },
});

/** What must hold between the sources of a component that may be an image. */
export const sourceRules: readonly Rule<Sourced>[] = [
  oneSource([...gitNames, "image"]),
  {
    id: "image-is-built",
    demands: "What is built already has no settings of a build.",
    faults: (component) =>
      component.image === undefined
        ? []
        : buildNames
            .filter((name) => component[name] !== undefined)
            .map((name) => ({ path: [name], message: "must be left out: an image is built already" })),
  },
];

interface Site extends Sourced {
  outputDirectory?: string | undefined;
  indexDocument?: string | undefined;
  catchallDocument?: string | undefined;
  errorDocument?: string | undefined;
}

/** What must hold between the settings of a static site. */
export const siteRules: readonly Rule<Site>[] = [
  oneSource(gitNames),
  {
    id: "site-paths",
    demands: "What a static site serves is inside its source.",
    faults: (site) =>
      (["outputDirectory", "indexDocument", "errorDocument", "catchallDocument"] as const)
        .filter((name) => /(?:^|\/)\.\.(?:\/|$)|^\//.test(site[name] ?? ""))
        .map((name) => ({
          path: [name],
          message: "must be a path inside the source, without / before it and without ..",
        })),
  },
  {
    id: "site-documents",
    demands: "A static site has one document for what does not exist.",
    faults: ({ catchallDocument, errorDocument }) =>
      only(
        catchallDocument !== undefined && errorDocument !== undefined,
        "errorDocument",
        "must not be set beside catchallDocument, which answers in its place",
      ),
  },
];
