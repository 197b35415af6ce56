import { z } from "zod";
import { ruled } from "../internal/rules.ts";
import { ComponentName, FreeText, Hostname, Port, text, UrlPath } from "../internal/values.ts";
import { corsRules, originRules, redirectRules, requestRules } from "./request.rules.ts";

const Origin = text(
  /^https?:\/\/[^\s/]+$/,
  "must be an origin without a path, such as https://tinkertools.ao",
).meta({ examples: ["https://tinkertools.ao"] });

const Cors = ruled(
  z.strictObject({
    origin: Origin.optional().describe("One origin, exactly."),
    originPattern: FreeText.optional()
      .describe("A pattern (RE2) for several origins.")
      .meta({ examples: ["^https://[a-z]+\\.tinkertools\\.ao$"] }),
    methods: z
      .array(z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
      .default([])
      .describe("Methods that such a page may call with."),
    headers: z
      .array(FreeText)
      .default([])
      .describe("Headers that such a page may send.")
      .meta({ examples: [["content-type"]] }),
    exposedHeaders: z
      .array(FreeText)
      .default([])
      .describe("Headers of the answer that such a page may read.")
      .meta({ examples: [["etag"]] }),
    maxAge: text(/^(\d+h)?(\d+m)?(\d+s)?$/, "must be a duration such as 5h30m")
      .optional()
      .describe("How long a browser may remember the answer, in hours, minutes and seconds.")
      .meta({ examples: ["5h30m"] }),
    withCredentials: z
      .boolean()
      .default(false)
      .describe("Whether the browser sends cookies and logins along."),
  }),
  [...corsRules, ...originRules],
)
  .describe("Which other sites' pages may call this path, and how.")
  .meta({ examples: [{ origin: "https://tinkertools.ao", methods: ["GET", "POST"], maxAge: "1h" }] });
export type Cors = z.output<typeof Cors>;

/** Source: DigitalOcean API description of 2026-08-07 (`redirect_code`). */
const redirectCodes = [300, 301, 302, 303, 304, 307, 308] as const;

const Redirect = ruled(
  z.strictObject({
    authority: Hostname.optional().describe("Host of the new address. Default: that of the request."),
    path: UrlPath.optional().describe("Path of the new address. Default: that of the request."),
    scheme: z.enum(["http", "https"]).optional().describe("Scheme of the new address. Default: `https`."),
    port: Port.optional().describe("Port of the new address. Default: that of the scheme."),
    code: z
      .int()
      .refine((code) => redirectCodes.some((known) => known === code), {
        error: ({ input }) => `must be one of ${redirectCodes.join(", ")}; got ${String(input)}`,
      })
      .default(302)
      .describe("HTTP status of the answer: 301 and 308 are remembered for good, 302 and 307 are not.")
      .meta({ examples: [301] }),
  }),
  redirectRules,
)
  .describe("Where the browser is sent; at least one part of the address changes.")
  .meta({ examples: [{ authority: "tinkertools.ao", code: 301 }] });

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

/** Rules that never decide, because an earlier one takes all their requests; those that are left out do neither. */
export function unreachableRules<R extends Pick<IngressRule, "path" | "authority">>(
  rules: readonly R[],
  isLeftOut: (rule: R) => boolean = () => false,
): { index: number; by: number }[] {
  const left = rules.map((rule) => rule.path === undefined || isLeftOut(rule));
  return rules.flatMap((rule, index) => {
    if (left[index] === true) return [];
    const by = rules.findIndex(
      (earlier, position) =>
        position < index &&
        left[position] !== true &&
        (earlier.authority === undefined || earlier.authority === rule.authority) &&
        covers(earlier.path, rule.path),
    );
    return by < 0 ? [] : [{ index, by }];
  });
}
