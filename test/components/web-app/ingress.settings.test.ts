import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { unreachableRules } from "../../../components/web-app/ingress.settings.ts";
import { api, image, lines, rule, site } from "../../support/app-settings.ts";

const withRules = (...ingress: object[]) => ({ services: { api }, staticSites: { site }, ingress });

describe("ingress", () => {
  test.each<[string, object[], string[]]>([
    [
      "neither component nor redirect",
      [{ path: "/a" }, rule],
      ["app.ingress[0]: must have either component or redirect"],
    ],
    [
      "both component and redirect",
      [{ path: "/", component: "api", redirect: { path: "/x" } }],
      ["app.ingress[0]: must have either component or redirect"],
    ],
    [
      "a path that is rewritten and kept",
      [{ path: "/a", component: "api", rewrite: "/b", preservePathPrefix: true }],
      ["app.ingress[0].preservePathPrefix: must be left out beside rewrite: a path is kept or rewritten"],
    ],
    [
      "a redirect that rewrites and keeps the path",
      [{ path: "/a", redirect: { path: "/b" }, rewrite: "/c", preservePathPrefix: false }],
      [
        "app.ingress[0].rewrite: must be left out beside redirect, which has a path of its own",
        "app.ingress[0].preservePathPrefix: must be left out beside redirect, which has a path of its own",
      ],
    ],
    [
      "a redirect to the same place",
      [{ path: "/a", redirect: { code: 301 } }],
      ["app.ingress[0].redirect: must change at least one of authority, path, scheme and port"],
    ],
    [
      "another redirect code",
      [{ path: "/a", redirect: { path: "/b", code: 305 } }],
      ["app.ingress[0].redirect.code: must be one of 300, 301, 302, 303, 304, 307, 308; got 305"],
    ],
    [
      "CORS for one origin and a pattern",
      [{ path: "/", component: "api", cors: { origin: "https://a.example", originPattern: "b" } }],
      ["app.ingress[0].cors: must have either origin or originPattern"],
    ],
    [
      "CORS for an origin with a path",
      [{ path: "/", component: "api", cors: { origin: "https://a.example/" } }],
      [
        'app.ingress[0].cors.origin: must be an origin without a path, such as https://tinkertools.ao; got "https://a.example/"',
      ],
    ],
  ])("fails with %s", (_, ingress, expected) => {
    expect(lines({ services: { api }, ingress })).toEqual(expected);
  });

  test("fails with a target that is no service or static site", () => {
    const input = {
      ...withRules({ path: "/", component: "site" }, { path: "/x", component: "mailer" }),
      workers: { mailer: { image } },
    };
    expect(lines({ ...input, ingress: [...input.ingress].reverse() })).toEqual([
      "app.ingress[0].component: must be a service or static site of the app: api, site; got mailer",
    ]);
  });

  test("fails with a rule that comes after one for everything", () => {
    expect(lines(withRules({ path: "/", component: "site" }, { path: "/api", component: "api" }))).toEqual([
      "app.ingress[1].path: must come before ingress[0], which takes every request for /api",
    ]);
  });

  test("fails with a rule for a host that is not the app's", () => {
    expect(
      lines({ services: { api }, ingress: [{ path: "/", component: "api", authority: "a.example" }] }),
    ).toEqual(["app.ingress[0].authority: must be one of the app's domains; got a.example"]);
  });

  test("a host below a wildcard domain is the app's", () => {
    const domains = [{ name: "a.example", type: "primary", wildcard: true }];
    expect(
      lines({
        domains,
        services: { api },
        ingress: [{ path: "/", component: "api", authority: "x.a.example" }],
      }),
    ).toEqual([]);
  });

  test("paths are told apart by whole segments, and hosts before paths", () => {
    const paths = (...rules: [string, string?][]) =>
      unreachableRules(rules.map(([path, authority]) => ({ path, authority })));
    expect(paths(["/api"], ["/apix"])).toEqual([]);
    expect(paths(["/api"], ["/api/v2"])).toEqual([{ index: 1, by: 0 }]);
    expect(paths(["/api/"], ["/api"])).toEqual([{ index: 1, by: 0 }]);
    expect(paths(["/api"], ["/api"])).toEqual([{ index: 1, by: 0 }]);
    expect(paths(["/", "a.example"], ["/api"])).toEqual([]);
    expect(paths(["/"], ["/api", "a.example"])).toEqual([{ index: 1, by: 0 }]);
  });

  test("rules that go from longer to shorter paths are all reachable", () => {
    const segment = fc.constantFrom("a", "b", "c");
    const path = fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
    fc.assert(
      fc.property(fc.uniqueArray(path), (paths) => {
        const depth = (one: string) => one.split("/").filter(Boolean).length;
        const rules = paths.sort((a, b) => depth(b) - depth(a)).map((one) => ({ path: one }));
        expect(unreachableRules(rules)).toEqual([]);
        expect(unreachableRules([{ path: "/" }, ...rules])).toHaveLength(rules.length);
      }),
    );
  });
});
