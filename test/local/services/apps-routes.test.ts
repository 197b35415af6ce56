import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { IngressRoute } from "../../../local/apis/digitalocean/platform.ts";
import { maskerFor } from "../../../local/services/apps-masking.ts";
import { destinationOf } from "../../../local/services/apps-routes.ts";

const host = "127.0.0.1:4000";
const product: IngressRoute[] = [
  { prefix: "/api", component: "api", preservePathPrefix: true },
  { prefix: "/health", component: "api", preservePathPrefix: true },
  { prefix: "/admin/", component: "admin", preservePathPrefix: false },
  { prefix: "/old", component: "api", preservePathPrefix: false, rewrite: "/v1/" },
  { prefix: "/", component: "site", preservePathPrefix: true },
];

describe("a request goes to a component", () => {
  test.each([
    ["/api", "api", "/api"],
    ["/api/health", "api", "/api/health"],
    ["/api/list?page=2&q=a?b", "api", "/api/list?page=2&q=a?b"],
    ["/apiary", "site", "/apiary"],
    ["/API", "site", "/API"],
    ["/health", "api", "/health"],
    ["/admin", "admin", "/"],
    ["/admin/users?x=1", "admin", "/users?x=1"],
    ["/administrators", "site", "/administrators"],
    ["/old", "api", "/v1"],
    ["/old/list", "api", "/v1/list"],
    ["/", "site", "/"],
    ["/deep/path", "site", "/deep/path"],
  ])("%s → %s %s", (target, component, seen) => {
    expect(destinationOf(product, { host, target })).toEqual({ component, target: seen });
  });

  test("by the first rule that fits, not by the longest", () => {
    const routes: IngressRoute[] = [
      { prefix: "/", component: "first", preservePathPrefix: true },
      { prefix: "/api", component: "second", preservePathPrefix: true },
    ];
    expect(destinationOf(routes, { host, target: "/api" })).toEqual({ component: "first", target: "/api" });
  });

  test("of its host where the rule names one", () => {
    const routes: IngressRoute[] = [
      { prefix: "/", authority: "admin.example.com", component: "admin", preservePathPrefix: true },
    ];
    const to = (name: string) => destinationOf(routes, { host: name, target: "/" });
    expect(to("Admin.Example.com:4000")).toEqual({ component: "admin", target: "/" });
    expect(to("example.com")).toBeUndefined();
  });

  test("that always gets a path, and only of a prefix that is its own or ends before a slash", () => {
    const segment = fc.stringMatching(/^[a-z]{0,3}$/);
    const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join("/")}`);
    fc.assert(
      fc.property(path, path, fc.boolean(), (prefix, target, preservePathPrefix) => {
        const routes: IngressRoute[] = [{ prefix, component: "one", preservePathPrefix }];
        const destination = destinationOf(routes, { host, target });
        const base = prefix.replace(/\/+$/, "");
        expect(destination !== undefined).toBe(`${target}/`.startsWith(`${base}/`));
        if (destination !== undefined && "target" in destination) {
          expect(destination.target.startsWith("/")).toBe(true);
          if (preservePathPrefix) expect(destination.target).toBe(target);
        }
      }),
    );
  });
});

describe("a request is redirected", () => {
  test.each([
    [{ uri: "/new" }, "http://127.0.0.1:4000/new"],
    [{ authority: "example.com" }, "https://example.com/from/here?q=1"],
    [{ authority: "example.com", uri: "/new", port: 8443 }, "https://example.com:8443/new"],
    [{ authority: "example.com", scheme: "http" }, "http://example.com/from/here?q=1"],
    [{ scheme: "https" }, "https://127.0.0.1/from/here?q=1"],
  ])("by %j", (redirect, location) => {
    const routes: IngressRoute[] = [{ prefix: "/from", redirect: { ...redirect, code: 301 } }];
    expect(destinationOf(routes, { host, target: "/from/here?q=1" })).toEqual({ location, code: 301 });
  });
});

describe("what a program prints is masked", () => {
  const mask = maskerFor({
    SECRET_KEY: "0123456789abcdef",
    API_TOKEN: "short",
    LOG_LEVEL: "information",
    DATABASE_URL: "postgresql://app:p%40ss%20word@db:5432/shop?sslmode=require",
    SIGNING_KEY: "-----BEGIN-----\nMIIBfzCCASWg\n-----END-----",
  });

  test.each([
    ["key 0123456789abcdef.", "key [secret]."],
    ["level information, token short", "level information, token short"],
    ["to postgresql://app:p%40ss%20word@db:5432/shop?sslmode=require now", "to [secret] now"],
    ["password p@ss word or p%40ss%20word", "password [secret] or [secret]"],
    ["MIIBfzCCASWg", "[secret]"],
    ["another https://me:hunter2@example.com/x", "another https://me:[secret]@example.com/x"],
  ])("%s", (text, masked) => {
    expect(mask(text)).toBe(masked);
  });

  test("also where an address has a broken escape", () => {
    expect(maskerFor({ URL: "redis://:100%off@host" })("it is 100%off")).toBe("it is [secret]");
  });
});
