import { expect, test } from "@jest/globals";
import { type DrillReport, reportMarkdown, reportText } from "../../backup/drill-report.ts";

const bare: DrillReport = {
  format: "slipway drill 1",
  database: "shop",
  cluster: "shop-db",
  startedAt: "2026-11-21T03:00:00.000Z",
  result: "noBackup",
  failure: "there is no backup of shop",
  seconds: {},
  objectiveSeconds: 900,
  isObjectiveDeclared: true,
  tables: { compared: 0, different: [] },
  extensionsLeftOut: [],
  partsLeftOut: [],
  assertions: [],
};
const whole: DrillReport = {
  ...bare,
  result: "mismatch",
  failure: "t has 1 rows",
  backup: { id: "id", ageHours: 2.04, plainBytes: 10 },
  seconds: { find: 0.1, restore: 2 },
  recoverySeconds: 2.1,
  megabytesPerSecond: 1.5,
  tables: { compared: 2, different: [{ table: "public.t", expected: "2 rows", found: "1 rows" }] },
  extensionsLeftOut: ["amcheck", "plv8"],
  assertions: [
    { name: "there are rows", holds: true },
    { name: "many", holds: false },
  ],
};

test("R14 a report of a drill that reached nothing says that, and no more", () => {
  expect(reportMarkdown(bare, false).split("\n")).toEqual([
    "# Restore drill of shop",
    "",
    "| | |",
    "| --- | --- |",
    "| Result | **noBackup**: there is no backup of shop |",
    "| Database | shop of shop-db |",
    "| Drill began | 2026-11-21T03:00:00.000Z |",
    "| Backup | none |",
    "| Recovery | not reached |",
    "| Tables | 0 compared, 0 different |",
    "| Signature | none: no REPORT_SIGNING_KEY was set |",
    "",
  ]);
});

test("R14 a report tells all that was found out, on a page and at a terminal", () => {
  const page = reportMarkdown(whole, true).split("\n").slice(7);
  expect(page).toEqual([
    "| Backup | id, 2.0 hours old |",
    "| Recovery | 2.1 s of at most 900 s |",
    "| Rate | 1.5 MB/s of dump |",
    "| Tables | 2 compared, 1 different |",
    "| Done without | amcheck, plv8 |",
    "| Signature | drill.json.sig |",
    "",
    "## Times",
    "",
    "- find: 0.1 s",
    "- restore: 2 s",
    "",
    "## Different tables",
    "",
    "- public.t: 1 rows in place of 2 rows",
    "",
    "## Assertions",
    "",
    "- holds: there are rows",
    "- **does not hold**: many",
    "",
  ]);
  expect(reportText(whole, true).split("\n").slice(8)).toEqual([
    "Done without  amcheck, plv8",
    "Signature     drill.json.sig",
    "Times:",
    "  find: 0.1 s",
    "  restore: 2 s",
    "Different tables:",
    "  public.t: 1 rows in place of 2 rows",
    "Assertions:",
    "  holds: there are rows",
    "  does not hold: many",
    "",
  ]);
});

test("R14 a report of a database without tables says that nothing was compared", () => {
  const { failure: _, ...rest } = bare;
  const empty: DrillReport = { ...rest, result: "passed" };
  expect(reportMarkdown(empty, false)).toContain(
    "| Tables | none: it passed, but there was nothing to compare |\n",
  );
  expect(reportText(empty, false)).toContain(
    "\nTables        none: it passed, but there was nothing to compare\n",
  );
});

test("R17 a report says whose number the objective is, where nobody declared one", () => {
  const undeclared = { ...whole, isObjectiveDeclared: false };
  const text = "2.1 s of at most 900 s, slipway's own number: none is declared\n";
  expect(reportText(undeclared, true)).toContain(`\nRecovery      ${text}`);
  expect(reportMarkdown(undeclared, true)).toContain(`\n| Recovery | ${text.trim()} |\n`);
});
