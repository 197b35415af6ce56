import { expect, test } from "@jest/globals";
import { appSpec } from "../../../components/web-app/spec.ts";
import { digest, parsed, place, sources } from "../../support/app-spec.ts";

const image = { registry: "ghcr", repository: "acme/team/api", tag: "1.2" };

test("logs of every service, worker and job go to each destination", () => {
  const app = parsed({
    services: { api: { image } },
    logs: {
      dog: { kind: "datadog", endpoint: "https://dog.example", apiKey: { secret: "dogKey" } },
      tail: { kind: "logtail", token: { secret: "tailToken" } },
      trail: { kind: "papertrail", endpoint: "trail.example:1" },
      search: {
        kind: "opensearch",
        clusterName: "logs",
        index: "app",
        user: "u",
        password: { secret: "pw" },
      },
    },
  });
  expect(appSpec(app, place, sources()).services).toEqual([
    expect.objectContaining({
      logDestinations: [
        { name: "dog", datadog: { endpoint: "https://dog.example", apiKey: "api#log.dog=dogKey" } },
        {
          name: "search",
          openSearch: {
            clusterName: "logs",
            indexName: "app",
            basicAuth: { user: "u", password: "api#log.search=pw" },
          },
        },
        { name: "tail", logtail: { token: "api#log.tail=tailToken" } },
        { name: "trail", papertrail: { endpoint: "trail.example:1" } },
      ],
    }),
  ]);
});

test("what was released wins over tag and digest of the settings", () => {
  const app = parsed({ services: { api: { image } } });
  const released = appSpec(app, place, sources({ images: { api: digest("b") } }));
  expect(released.services).toEqual([
    expect.objectContaining({
      image: { registryType: "GHCR", registry: "acme", repository: "team/api", digest: digest("b") },
    }),
  ]);
});

test("an image of DigitalOcean's own registry is deployed on a push of its tag, but not while a release runs", () => {
  const docr = { registry: "docr", repository: "api", tag: "2", deployOnPush: true };
  const app = parsed({ services: { api: { image: docr } } });
  const released = appSpec(app, place, sources({ images: { api: digest("d") } }));
  expect(appSpec(app, place, sources()).services).toEqual([
    expect.objectContaining({
      image: { registryType: "DOCR", repository: "api", tag: "2", deployOnPushes: [{ enabled: true }] },
    }),
  ]);
  expect(released.services).toEqual([
    expect.objectContaining({ image: { registryType: "DOCR", repository: "api", digest: digest("d") } }),
  ]);
});

test("the API of TinkerTools can be built from git as well", () => {
  const app = parsed({
    services: {
      "tinkertools-api": {
        github: { branch: "main", deployOnPush: true },
        sourceDirectory: "/backend",
        environmentSlug: "python",
        buildCommand: "pip install -r requirements.txt",
        runCommand: "uvicorn main:app --host 0.0.0.0 --port 8080",
        port: 8080,
        environment: { LOG_LEVEL: "INFO" },
      },
    },
  });
  expect(appSpec(app, place, sources()).services).toEqual([
    {
      name: "tinkertools-api",
      github: { repo: "acme/site", branch: "main", deployOnPush: true },
      sourceDir: "/backend",
      environmentSlug: "python",
      buildCommand: "pip install -r requirements.txt",
      runCommand: "uvicorn main:app --host 0.0.0.0 --port 8080",
      httpPort: 8080,
      instanceSizeSlug: "apps-s-1vcpu-0.5gb",
      instanceCount: 1,
      envs: [{ key: "LOG_LEVEL", scope: "RUN_AND_BUILD_TIME", value: "INFO" }],
    },
  ]);
});
