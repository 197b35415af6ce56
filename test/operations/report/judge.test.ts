import { describe, expect, test } from "@jest/globals";
import { BudgetSettings } from "../../../components/budget.settings.ts";
import { GateSettings } from "../../../components/gate.settings.ts";
import { RecoverySettings } from "../../../components/recovery.settings.ts";
import { PromotionSettings, VerifySettings } from "../../../components/verify.settings.ts";
import { type Judging, ruleChanges, waivedBy } from "../../../operations/report/judge.ts";

const today = "2026-11-21";
const gate = GateSettings.parse({ label: "accepts-loss", approvals: 2, by: ["octocat", "hubot"] });
const budget = (given: object) => BudgetSettings.parse(given);
const waiver = (expires = "2026-12-31", rule = "db-tls") => ({
  rule,
  resource: "db",
  reason: "the old client cannot",
  expires,
});
const waivers = (...all: ReturnType<typeof waiver>[]) => ({ policy: { waivers: all } });
const judging = (given: Partial<Judging>): Judging => ({
  gate: undefined,
  budget: undefined,
  recovery: undefined,
  promotion: undefined,
  verify: undefined,
  ...waivers(),
  ...given,
});
const changes = (base: Partial<Judging>, own: Partial<Judging>) =>
  ruleChanges(judging(base), judging(own)).map(({ weight, reason }) => `${weight}: ${reason}`);

describe("a change of the rules that judge it is told", () => {
  test.each<[Partial<Judging>, Partial<Judging>, string[]]>([
    [{ gate }, {}, ["refuse: takes out its own slipway:gate"]],
    [{}, { gate }, ["warn: makes the first slipway:gate of this stack"]],
    [
      { gate },
      { gate: { ...gate, approvals: 1 } },
      ["refuse: changes its own slipway:gate: approvals 2 → 1"],
    ],
    [
      { gate },
      { gate: { ...gate, by: [] } },
      ["refuse: changes its own slipway:gate: by octocat, hubot → everybody who may write"],
    ],
    [
      { budget: budget({ total: 40 }) },
      { budget: budget({ total: 41 }) },
      ["refuse: raises its own budget.total from 40.00 to 41.00"],
    ],
    [
      { budget: budget({ database: 9 }) },
      { budget: budget({ total: 9 }) },
      ["refuse: takes out its own budget.database of 9.00"],
    ],
    [{ budget: budget({ storage: 9 }) }, {}, ["refuse: takes out its own budget.storage of 9.00"]],
    [
      waivers(),
      waivers(waiver()),
      ["refuse: waives the rule db-tls for db by itself, until 2026-12-31: the old client cannot"],
    ],
    [
      waivers(waiver()),
      waivers(waiver("2027-01-31")),
      [
        "refuse: waives the rule db-tls for db by itself, until 2027-01-31 instead of 2026-12-31: the old client cannot",
      ],
    ],
    [
      { recovery: RecoverySettings.parse({ lossMinutes: 5, reachDays: 30 }) },
      { recovery: RecoverySettings.parse({ lossMinutes: 60, reachDays: 7 }) },
      ["warn: promises less: recovery.lossMinutes 5 → 60", "warn: promises less: recovery.reachDays 30 → 7"],
    ],
  ])("%j → %j", (base, own, expected) => {
    expect(changes(base, own)).toEqual(expected);
  });

  test("and what is as strict as before or stricter is not", () => {
    const base = {
      gate,
      budget: budget({ total: 40, compute: 20 }),
      ...waivers(waiver()),
      recovery: RecoverySettings.parse({}),
    };
    expect(changes(base, base)).toEqual([]);
    expect(
      changes(base, {
        ...base,
        budget: budget({ total: 30, compute: 20, storage: 5 }),
        ...waivers(waiver("2026-11-30")),
      }),
    ).toEqual([]);
    expect(
      changes(base, {
        ...base,
        ...waivers(),
        recovery: RecoverySettings.parse({ lossMinutes: 5, reachDays: 9 }),
      }),
    ).toEqual([]);
  });
});

describe("a change of what a release must have behind it is told", () => {
  const promotion = (given: object = {}) => ({ promotion: PromotionSettings.parse(given) });
  const verify = (given: object = {}) => ({ verify: VerifySettings.parse(given) });
  const smoke = { login: { path: "/login" } };
  test.each<[Partial<Judging>, Partial<Judging>, string[]]>([
    [
      promotion(),
      {},
      ["refuse: takes out its own slipway:promotion: nothing has to be verified before it comes here"],
    ],
    [
      promotion({ soakMinutes: 60 }),
      promotion({ soakMinutes: 59 }),
      ["refuse: lets releases soak for less: promotion.soakMinutes 60 → 59"],
    ],
    [
      promotion(),
      promotion({ previewHours: 25 }),
      ["refuse: takes older previews: promotion.previewHours 24 → 25"],
    ],
    [
      promotion(),
      promotion({ from: "dev", branch: "develop" }),
      [
        "refuse: takes releases from elsewhere: promotion.from staging → dev",
        "refuse: takes releases from elsewhere: promotion.branch main → develop",
      ],
    ],
    [
      promotion(),
      promotion({ base: "develop", repository: "acme/shop" }),
      [
        "warn: keeps its stack files elsewhere: promotion.repository nothing → acme/shop",
        "warn: keeps its stack files elsewhere: promotion.base main → develop",
      ],
    ],
    [
      promotion({ approvers: ["octocat", "hubot"] }),
      promotion(),
      ["refuse: asks for the approval of octocat, hubot no more (promotion.approvers)"],
    ],
    [
      promotion({ approvers: ["octocat"] }),
      promotion({ approvers: ["Octocat", "mallory", "hubot"] }),
      ["refuse: lets mallory, hubot approve releases as well as octocat (promotion.approvers)"],
    ],
    [
      promotion({ approvers: ["octocat"] }),
      promotion({ approvers: ["mallory"] }),
      ["refuse: lets mallory approve releases as well as octocat (promotion.approvers)"],
    ],
    [
      verify(),
      verify({ logs: { mayBeMissing: true } }),
      ["refuse: takes a release whose log nobody can read for verified (verify.logs.mayBeMissing)"],
    ],
    [verify(), {}, ["refuse: takes out its own slipway:verify: the defaults count instead"]],
    [
      verify({ rollbackOnFailure: true }),
      verify(),
      ["refuse: turns verify.rollbackOnFailure off: a deployment that fails stays"],
    ],
    [verify({ smoke }), verify(), ["refuse: takes out the smoke test verify.smoke.login"]],
    [
      verify({ smoke }),
      verify({ smoke: { login: { path: "/login", status: 500 } } }),
      ["warn: changes the smoke test verify.smoke.login"],
    ],
    [
      verify({ health: ["/health", "/api/health"] }),
      verify({ health: ["/health"] }),
      ["refuse: asks /api/health no more (verify.health)"],
    ],
    [
      verify(),
      verify({
        memoryPercent: 90,
        logs: { most: 20, words: ["ERROR", "FATAL", "CRITICAL", "panic:"] },
        targets: { healthMs: 501, apiMs: 1001, pageMs: 3001, availabilityPercent: 99 },
      }),
      [
        "warn: bears more: verify.memoryPercent 85 → 90",
        "warn: bears more: verify.logs.most 10 → 20",
        "warn: bears more: verify.targets.healthMs 500 → 501",
        "warn: bears more: verify.targets.apiMs 1000 → 1001",
        "warn: bears more: verify.targets.pageMs 3000 → 3001",
        "warn: bears more: verify.targets.availabilityPercent 99.5 → 99",
        'warn: looks for "Traceback" in the logs no more (verify.logs.words)',
      ],
    ],
    // As strict as before, or stricter.
    [promotion(), promotion(), []],
    [{}, { ...promotion(), ...verify() }, []],
    [promotion(), promotion({ approvers: ["octocat"] }), []],
    [promotion({ approvers: ["octocat", "hubot"] }), promotion({ approvers: ["HUBOT"] }), []],
    [verify({ logs: { mayBeMissing: true } }), verify({ logs: { mayBeMissing: true } }), []],
    [verify({ logs: { mayBeMissing: true } }), verify(), []],
    [promotion(), promotion({ soakMinutes: 61, previewHours: 23 }), []],
    [verify({ smoke }), verify({ smoke }), []],
    [verify(), verify({ rollbackOnFailure: true, smoke, health: ["/health"], memoryPercent: 84 }), []],
    [verify({ health: ["/health"] }), verify(), []],
    [verify(), verify({ logs: { most: 9 }, targets: { apiMs: 999, availabilityPercent: 99.9 } }), []],
  ])("%j → %j", (base, own, expected) => {
    expect(changes(base, own)).toEqual(expected);
  });
});

test("every key of slipway:promotion is judged, one that comes later too", () => {
  const base = PromotionSettings.parse({ approvers: ["octocat"], repository: "acme/base" });
  const weaker: Record<string, unknown> = { soakMinutes: 0, previewHours: 720, approvers: [] };
  const keys = Object.keys(PromotionSettings.shape);
  expect(
    keys.filter(
      (key) =>
        changes({ promotion: base }, { promotion: { ...base, [key]: weaker[key] ?? "other" } }).length === 0,
    ),
  ).toEqual([]);
  expect(keys).toHaveLength(7);
});

test("a finding is waived only by the base's waiver in force", () => {
  const found = { rule: "db-tls", severity: "error", resource: "db", message: "m", fix: "f" } as const;
  const waived = { reason: "the old client cannot", expires: "2026-12-31" };
  const by = (...all: ReturnType<typeof waiver>[]) =>
    waivedBy(judging(waivers(...all)), [{ ...found, waived }], today);
  expect(by(waiver())).toEqual([{ ...found, waived }]);
  for (const none of [[], [waiver("2026-11-20")], [waiver("2026-12-31", "db-other")], [waiver("2028-12-31")]])
    expect(by(...none)).toEqual([found]);
  // What the change itself mends, or no longer waives, is not waived for it.
  expect(waivedBy(judging(waivers(waiver())), [found], today)).toEqual([found]);
});
