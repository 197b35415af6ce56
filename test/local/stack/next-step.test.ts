import { expect, test } from "@jest/globals";
import { nextStep } from "../../../local/stack/next-step.ts";

const app = "cannot update digitalocean:index/app:App shop: PUT /v2/apps/1";

test.each([
  [`${app}: 401 no`, "the token is not taken or lacks a right: give one that may do this, then run it again"],
  [
    "cannot create aws:s3/bucket:Bucket b: AccessDenied: no",
    "the token is not taken or lacks a right: give one that may do this, then run it again",
  ],
  [`${app}: 404 no`, "what it works on is gone, or the token may not see it: run it again with --refresh"],
  [`${app}: 409 no`, "something else was changing it: run it again"],
  [
    `${app}: 409 app "shop" is pinned to deployment 1`,
    "a rollback pins the app: finish it with slipway release rollback --stack <stack> --local, then run this again",
  ],
  [`${app}: 422 no`, "the cloud refuses what is asked for: change it in the stack file, then run it again"],
  [`${app}: 429 no`, "the cloud was asked too much: wait a little, then run it again"],
  [`${app}: 503 no`, "the cloud failed or did not answer: run it again to go on"],
  [
    `${app}: no answer from http://127.0.0.1:1 within 5 s`,
    "the cloud failed or did not answer: run it again to go on",
  ],
])("of %j is told", (reason, step) => {
  expect(nextStep(["app-small: must be small", reason])).toBe(`what was done is kept; ${step}`);
});

test("of what no cloud refused nothing is told", () => {
  expect(
    nextStep(["job prepare: 401 rows", "cannot create a:b:C d: it took longer than its time limit"]),
  ).toBeUndefined();
});
