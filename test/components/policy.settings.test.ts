import { describe, expect, test } from "@jest/globals";
import { PolicySettings } from "../../components/policy.settings.ts";
import { complete, faultLines, stackLines } from "../support/settings.ts";

const waiver = {
  rule: "db-standby",
  resource: "tinkertools-db",
  reason: "two nodes do not fit into the budget",
  expires: "2027-03-31",
};
const refused = (given: object) => faultLines(PolicySettings, { waivers: [{ ...waiver, ...given }] });

test("there are no waivers unless a stack file has some", () => {
  expect(complete(PolicySettings, {})).toEqual({ waivers: [] });
  expect(complete(PolicySettings, { waivers: [waiver] })).toEqual({ waivers: [waiver] });
});

describe("a waiver is refused", () => {
  test.each([
    [{ rule: "Standby" }, 'waivers[0].rule: must be the id of a rule, such as s3-access-log; got "Standby"'],
    [
      { resource: "" },
      "waivers[0].resource: must name the resource as slipway plan prints it, such as tinkertools-backups",
    ],
    [{ reason: "no money" }, "waivers[0].reason: must say why in at least 4 different words"],
    [{ reason: ". . . ." }, "waivers[0].reason: must say why in at least 4 different words"],
    [{ reason: "asdf asdf asdf asdf" }, "waivers[0].reason: must say why in at least 4 different words"],
    [{ reason: "  a  b  c  " }, "waivers[0].reason: must say why in at least 4 different words"],
    [{ expires: "31.3.2027" }, "waivers[0].expires: must be a date such as 2027-03-31, in quotes"],
    [{ expires: "2027-02-30" }, "waivers[0].expires: must be a date such as 2027-03-31, in quotes"],
    [
      { until: "2027-03-31" },
      "waivers[0].until: must be a known setting: one of rule, resource, reason, expires",
    ],
  ])("with %j", (given, line) => {
    expect(refused(given)).toEqual([line]);
  });

  test("that is there twice", () => {
    expect(
      faultLines(PolicySettings, { waivers: [waiver, { ...waiver, resource: "other" }, waiver] }),
    ).toEqual(["waivers[2]: must be listed once: db-standby tinkertools-db"]);
  });
});

test("the block belongs to the stack file", () => {
  expect(stackLines({ policy: { waiver: [] } })).toContain(
    "policy.waiver: must be a known setting; did you mean waivers?",
  );
});
