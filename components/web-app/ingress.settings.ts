import { z } from "zod";
import { ruled } from "../internal/rules.ts";
import { ComponentName, FreeText, Hostname, Port, text, UrlPath } from "../internal/values.ts";
import { corsRules, originRules, redirectRules, requestRules } from "./request.rules.ts";

const Origin = text(
  /^https?:\/\/[^\s/]+$/,
  "must be an origin without a path, such as https://tinkertools.ao",
);

/** Which other sites' pages may call this path, and how. */
const Cors = ruled(
  z.strictObject({
    origin: Origin.optional().describe("One origin, exactly."),
    originPattern: FreeText.optional().describe("A pattern (RE2) for several origins."),
    methods: z.array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])).default([]),
    headers: z.array(FreeText).default([]),
    exposedHeaders: z.array(FreeText).default([]),
    maxAge: text(/^(\d+h)?(\d+m)?(\d+s)?$/, "must be a duration such as 5h30m")
      .optional()
      .describe("How long a browser may remember the answer, such as 5h30m."),
    withCredentials: z.boolean().default(false),
  }),
  [...corsRules, ...originRules],
);
export type Cors = z.output<typeof Cors>;

/** Source: DigitalOcean API description of 2026-08-07 (`redirect_code`). */
const redirectCodes = [300, 301, 302, 303, 304, 307, 308] as const;

/** Where a redirect sends the browser; at least one part of the address changes. */
const Redirect = ruled(
  z.strictObject({
    authority: Hostname.optional(),
    path: UrlPath.optional(),
    scheme: z.enum(["http", "https"]).optional(),
    port: Port.optional(),
    code: z
      .int()
      .refine((code) => redirectCodes.some((known) => known === code), {
        error: ({ input }) => `must be one of ${redirectCodes.join(", ")}; got ${String(input)}`,
      })
      .default(302),
  }),
  redirectRules,
);

/** One rule for requests: the first that fits decides. */
export const IngressRule = ruled(
  z.strictObject({
    path: UrlPath.describe("Start of the path, by whole segments."),
    authority: Hostname.optional().describe(
      "The one host that the rule is for. Default: every host of the app.",
    ),
    component: ComponentName.optional().describe("Service or static site that answers."),
    rewrite: UrlPath.optional().describe("Path that the component sees in place of the rule's."),
    preservePathPrefix: z
      .boolean()
      .optional()
      .describe("Whether the component sees the path whole. Default: true, unless it is rewritten."),
    redirect: Redirect.optional(),
    cors: Cors.optional(),
  }),
  requestRules,
);
export type IngressRule = z.output<typeof IngressRule>;

/** Whether a rule for one path takes requests for another. */
export const covers = (outer: string, inner: string) => {
  const start = outer.replace(/\/+$/, "");
  return inner === outer || inner === start || inner.startsWith(`${start}/`);
};

/** Rules that never decide, because an earlier one takes all their requests. */
export function unreachableRules(
  rules: readonly Pick<IngressRule, "path" | "authority">[],
): { index: number; by: number }[] {
  return rules.flatMap((rule, index) => {
    const by = rules.findIndex(
      (earlier, position) =>
        position < index &&
        (earlier.authority === undefined || earlier.authority === rule.authority) &&
        covers(earlier.path, rule.path),
    );
    return by < 0 ? [] : [{ index, by }];
  });
}
