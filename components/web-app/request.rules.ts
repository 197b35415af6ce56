import type { Rule } from "../internal/rules.ts";
import { namesOwnSite } from "./origin-pattern.ts";

/** What must hold between the settings of who else may call. */
export const corsRules: readonly Rule<{ origin?: unknown; originPattern?: unknown }>[] = [
  {
    id: "cors-origin",
    demands: "Other sites are named by one origin or by a pattern.",
    faults: ({ origin, originPattern }) =>
      (origin === undefined) === (originPattern === undefined)
        ? [{ path: [], message: "must have either origin or originPattern" }]
        : [],
  },
];

/** What must hold between an origin pattern and what its sites may do. */
export const originRules: readonly Rule<{
  originPattern?: string | undefined;
  withCredentials?: boolean | undefined;
}>[] = [
  {
    id: "cors-pattern",
    demands: "Only sites of one's own act for a signed-in person.",
    faults: ({ originPattern, withCredentials }) =>
      originPattern === undefined || withCredentials !== true || namesOwnSite(originPattern)
        ? []
        : [
            {
              path: ["originPattern"],
              message:
                "must let in no foreign site beside withCredentials: write all of it, from ^https:// to the domain and $, with escaped dots, such as ^https://([a-z0-9-]+\\.)?tinkertools\\.ao$",
            },
          ],
  },
];

/** What must hold between the parts of a redirect. */
export const redirectRules: readonly Rule<
  Partial<Record<"authority" | "path" | "scheme" | "port", unknown>>
>[] = [
  {
    id: "redirect-target",
    demands: "A redirect changes some part of the address.",
    faults: ({ authority, path, scheme, port }) =>
      [authority, path, scheme, port].every((part) => part === undefined)
        ? [{ path: [], message: "must change at least one of authority, path, scheme and port" }]
        : [],
  },
];

type Request = Partial<Record<"component" | "redirect" | "rewrite" | "preservePathPrefix", unknown>>;

/** What must hold between the settings of one rule for requests. */
export const requestRules: readonly Rule<Request>[] = [
  {
    id: "component-or-redirect",
    demands: "A rule for requests has a component or a redirect.",
    faults: ({ component, redirect }) =>
      (component === undefined) === (redirect === undefined)
        ? [{ path: [], message: "must have either component or redirect" }]
        : [],
  },
  {
    id: "rewrite-or-preserve",
    demands: "A path is kept or rewritten.",
    faults: ({ rewrite, preservePathPrefix }) =>
      rewrite !== undefined && preservePathPrefix === true
        ? [
            {
              path: ["preservePathPrefix"],
              message: "must be left out beside rewrite: a path is kept or rewritten",
            },
          ]
        : [],
  },
  {
    id: "redirect-path",
    demands: "A redirect has a path of its own.",
    faults: ({ redirect, ...rest }) =>
      redirect === undefined
        ? []
        : (["rewrite", "preservePathPrefix"] as const)
            .filter((name) => rest[name] !== undefined)
            .map((name) => ({
              path: [name],
              message: "must be left out beside redirect, which has a path of its own",
            })),
  },
];
