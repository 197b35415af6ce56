import { allRules } from "./evaluate.ts";
import { neverWaived } from "./waivers.ts";

/** One text in a cell of a table. */
const cell = (text: string): string => text.replaceAll("|", "\\|");

/** The page that lists every rule, `docs/rules.md`. */
export function rulesPage(): string {
  const rows = allRules.map(({ id, severity, title, reason, source }) =>
    [`\`${id}\``, severity, title, reason, source].map(cell).join(" | "),
  );
  return `# The rules that every stack must meet

\`npm run -s slipway -- rules --format markdown > docs/rules.md\` writes this page; a test compares the two.

An error stops the change, a warning does not, and a note (info) tells what is left out on purpose. A stack lives with
a finding for a while by a waiver in its file, with a reason of four words at least; one that has ended is an error itself:

\`\`\`yaml
slipway:policy:
  waivers:
    - rule: db-standby
      resource: tinkertools-db
      reason: two nodes do not fit into the budget before the first customers
      expires: "2027-03-31"
\`\`\`

| rule | severity | what holds | why | after |
|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join("\n")}

Nobody can waive these, since what they keep from happening cannot be undone: ${neverWaived.map((id) => `\`${id}\``).join(", ")}.
\`budget-over\` is among them because the budget itself is a setting: who agrees to pay more writes the amount there.
`;
}
