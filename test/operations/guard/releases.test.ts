import { describe, expect, test } from "@jest/globals";
import type { Step } from "../../../operations/guard/preview.ts";
import { judge } from "../../../operations/guard.ts";

const step = (type: string, before: object, after: object): Step => ({
  op: "update",
  urn: `urn:pulumi:staging::slipway::${type}::shop`,
  oldState: { inputs: { ...before } },
  newState: { inputs: { ...after } },
});
const app = "digitalocean:index/app:App";
const component = "slipway:index:WebApp";
const one = `sha256:${"1".repeat(64)}`;
const two = `sha256:${"2".repeat(64)}`;
const zeros = `sha256:${"0".repeat(64)}`;
const spec = (image: object) => ({ spec: { services: [{ name: "api", image }] } });
const remedy =
  "keep slipway:release as the last release left it; an older one comes back with `slipway release rollback`";

describe("a release that goes back to nothing is refused", () => {
  test.each<[string, Step, string]>([
    [
      "with a digest of zeros",
      step(app, spec({ digest: one }), spec({ digest: zeros })),
      `the app shop takes the released image out of the service api: ${one} → nothing released (a digest of zeros)`,
    ],
    [
      "without a digest",
      step(app, spec({ digest: one }), spec({})),
      `the app shop takes the released image out of the service api: ${one} → no digest`,
    ],
    [
      "with a tag in the place of the digest",
      step(app, spec({ digest: one }), spec({ tag: "latest" })),
      `the app shop takes the released image out of the service api: ${one} → no digest, but whatever the tag latest names`,
    ],
    [
      "without a version",
      step(component, { release: { version: "1.0.0" } }, { release: {} }),
      "the WebApp shop takes release.version back: 1.0.0 → nothing",
    ],
    [
      "with the version that stands for none",
      step(component, { release: { version: "1.0.0" } }, { release: { version: "0.0.0" } }),
      "the WebApp shop takes release.version back: 1.0.0 → 0.0.0, which stands for nothing released",
    ],
    [
      "without a commit, or any release",
      step(component, { release: { commit: "abc1234" } }, {}),
      "the WebApp shop takes release.commit back: abc1234 → nothing",
    ],
  ])("%s", (_, changed, reason) => {
    expect(judge({ steps: [changed] })).toEqual({
      refusals: [expect.objectContaining({ urn: changed.urn, op: "update", reason, remedy })],
      warnings: [],
    });
  });
});

test.each<[string, Step]>([
  ["another image", step(app, spec({ digest: one }), spec({ digest: two }))],
  ["the first image", step(app, spec({ digest: zeros }), spec({ digest: one }))],
  ["no image yet", step(app, spec({ digest: zeros }), spec({}))],
  ["an older version", step(component, { release: { version: "1.1.0" } }, { release: { version: "1.0.0" } })],
  [
    "the first version",
    step(component, { release: { version: "0.0.0" } }, { release: { version: "1.0.0" } }),
  ],
  ["no version yet", step(component, { release: { version: "0.0.0" } }, {})],
  ["another commit", step(component, { release: { commit: "abc1234" } }, { release: { commit: "def5678" } })],
])("a release is nobody's loss: %s", (_, changed) => {
  expect(judge({ steps: [changed] })).toEqual({ refusals: [], warnings: [] });
});
