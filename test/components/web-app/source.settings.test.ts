import { describe, expect, test } from "@jest/globals";
import { image, lines, withService } from "../../support/app-settings.ts";

describe("sources", () => {
  test.each<[string, object, string[]]>([
    [
      "no source",
      { image: undefined },
      ["app.services.api: must have one source: github, gitlab, bitbucket, git, image"],
    ],
    [
      "two sources",
      { github: { branch: "main" } },
      ["app.services.api: must have one source only; got github and image"],
    ],
    [
      "a build command for an image",
      { buildCommand: "make" },
      ["app.services.api.buildCommand: must be left out: an image is built already"],
    ],
    [
      "tag and digest",
      { image: { ...image, digest: `sha256:${"a".repeat(64)}` } },
      ["app.services.api.image.digest: must not be set beside tag: an image has one or the other"],
    ],
    [
      "a short digest",
      { image: { registry: "ghcr", repository: "acme/api", digest: "sha256:abc" } },
      [
        'app.services.api.image.digest: must be an image digest: sha256: and 64 hexadecimal digits; got "sha256:abc"',
      ],
    ],
    [
      "an image without owner",
      { image: { ...image, repository: "api" } },
      ["app.services.api.image.repository: must be owner/name in ghcr, such as tinkertools/tinkertools-api"],
    ],
    [
      "credentials for docr",
      { image: { ...image, registry: "docr", credentials: { secret: "registry" } } },
      ["app.services.api.image.credentials: must be left out: the platform reads docr with its own rights"],
    ],
    [
      "deployment on push to ghcr",
      { image: { ...image, deployOnPush: true } },
      ["app.services.api.image.deployOnPush: must be false: the platform sees pushes to docr only"],
    ],
    [
      "deployment on push of a digest",
      {
        image: {
          registry: "docr",
          repository: "api",
          digest: `sha256:${"a".repeat(64)}`,
          deployOnPush: true,
        },
      },
      ["app.services.api.image.deployOnPush: must be false without a tag: a digest never changes"],
    ],
    [
      "a clone address with credentials",
      { image: undefined, git: { cloneUrl: "https://me:pw@example.com/x.git", branch: "main" } },
      [
        "app.services.api.git.cloneUrl: must be an https address without credentials, such as https://example.com/team/site.git",
      ],
    ],
    [
      "gitlab without its repository",
      { image: undefined, gitlab: { branch: "main" } },
      ["app.services.api.gitlab.repository: must be set, to a text"],
    ],
  ])("fails with %s", (_, more, expected) => {
    expect(lines(withService(more))).toEqual(expected);
  });
});
