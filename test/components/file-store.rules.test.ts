import { expect, test } from "@jest/globals";
import { readSettings } from "../../components/config.ts";
import { stackConfig, stackLines } from "../support/settings.ts";

const product = { name: "shop", repository: "acme/shop" };
const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const api = { image, port: 8080 };
const site = { github: { repository: "acme/home", branch: "main" }, outputDirectory: "dist" };
const home = { staticSites: { home: site }, ingress: [{ path: "/", component: "home" }] };
const lines = (given: object) => stackLines({ product, ...given });
const files = (more: object = {}) => ({ components: ["api"], origins: ["https://shop.example"], ...more });

test("files need an app", () => {
  expect(lines({ files: files() })).toEqual(["app: must be set: files are kept by its components"]);
});

test("files are kept by services, workers and jobs that are there", () => {
  const app = {
    services: { api },
    workers: { thumbs: { image } },
    jobs: { sweep: { image, kind: "postDeploy" } },
    ...home,
  };
  expect(lines({ app, files: files({ components: ["api", "thumbs", "sweep"] }) })).toEqual([]);
  expect(lines({ app, files: files({ components: ["home", "api", "apu"] }) })).toEqual([
    "files.components[0]: must be a service, worker or job of the app: api, thumbs, sweep",
    "files.components[2]: must be a service, worker or job of the app: api, thumbs, sweep",
  ]);
  expect(lines({ app: home, files: files() })).toEqual([
    "files.components[0]: must be a service, worker or job of the app: it has none",
  ]);
});

test("variables of the files are slipway's own in the components that keep them", () => {
  const environment = { FILES_BUCKET: "mine", FILES_PREFIX: "x/", AWS_REGION: "eu-west-1", OTHER: "x" };
  const app = { services: { api: { ...api, environment } }, workers: { thumbs: { image, environment } } };
  const taken = (path: string) =>
    `app.${path}: must be left out: slipway sets it for a component that keeps files`;
  expect(lines({ app, files: files() })).toEqual([
    taken("services.api.environment.FILES_BUCKET"),
    taken("services.api.environment.FILES_PREFIX"),
    taken("services.api.environment.AWS_REGION"),
  ]);
  expect(lines({ app, files: files({ components: ["thumbs"] }) })).toEqual([
    taken("workers.thumbs.environment.FILES_BUCKET"),
    taken("workers.thumbs.environment.FILES_PREFIX"),
    taken("workers.thumbs.environment.AWS_REGION"),
  ]);
});

test("somebody has said whose pages may use the files", () => {
  const app = (...names: string[]) => ({
    services: { api },
    domains: names.map((name, index) => ({
      name: name.replace("*.", ""),
      type: index === 0 ? "primary" : "alias",
      wildcard: name.startsWith("*."),
    })),
  });
  const silent =
    "files.origins: must be set, since the app has no domain to take in its place: the sites whose pages use signed addresses, such as [https://shop.example], or [] for none";
  const unsaid = files({ origins: undefined });
  expect(lines({ app: app(), files: unsaid })).toEqual([silent]);
  expect(lines({ app: app("*.shop.example"), files: unsaid })).toEqual([silent]);
  expect(lines({ app: app("shop.example"), files: unsaid })).toEqual([]);
  expect(lines({ app: app(), files: files({ origins: [] }) })).toEqual([]);
  expect(lines({ app: app(), files: files() })).toEqual([]);
  expect(lines({ app: app(), files: { ...unsaid, components: ["apu"] } })).toEqual([
    "files.components[0]: must be a service, worker or job of the app: api",
    silent,
  ]);
});

test("a copy of the files is in another region", () => {
  const app = { services: { api } };
  const inRegion = (region: string, config: object = {}) => {
    const given = stackConfig({ product, app, files: files({ replica: { region } }) });
    return () => readSettings("dev", { ...given, ...config }, { needsSecrets: false });
  };
  const near = (region: string) =>
    `stack dev has invalid settings:\n  files.replica.region: must be another region than that of the files, ${region}: what loses one would lose both`;
  expect(inRegion("us-east-1")).toThrow(new Error(near("us-east-1")));
  expect(inRegion("eu-west-1")).not.toThrow();
  const moved = { "aws:region": "eu-west-1" };
  expect(inRegion("eu-west-1", moved)).toThrow(new Error(near("eu-west-1")));
  expect(inRegion("us-east-1", moved)).not.toThrow();
});

test("and in another bucket", () => {
  const app = { services: { api } };
  const buckets = (bucket: string | undefined, replica: string | undefined) =>
    lines({ app, files: files({ bucket, replica: { region: "eu-west-1", bucket: replica } }) });
  expect(buckets("shop-files", "shop-files")).toEqual([
    "files.replica.bucket: must be another bucket than files.bucket",
  ]);
  expect(buckets("shop-files", "shop-copies")).toEqual([]);
  expect(buckets("shop-files", undefined)).toEqual([]);
  expect(buckets(undefined, "shop-copies")).toEqual([]);
  expect(buckets(undefined, undefined)).toEqual([]);
});
